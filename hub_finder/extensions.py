from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from hub_finder.forgery import FormProtection
from hub_finder.models.base import Base

db = SQLAlchemy(model_class=Base)
migrate = Migrate()
compress = Compress()
csrf = FormProtection()
limiter = Limiter(get_remote_address)
