from flask_compress import Compress
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from hub_finder.models.base import Base

db = SQLAlchemy(model_class=Base)
migrate = Migrate()
compress = Compress()
