from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from hub_finder.forgery import FormProtection
from hub_finder.models.base import Base
from hub_finder.routing import RoutedSession

db = SQLAlchemy(model_class=Base, session_options={"class_": RoutedSession})
migrate = Migrate()
compress = Compress()
csrf = FormProtection()
limiter = Limiter(get_remote_address)
