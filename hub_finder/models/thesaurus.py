"""How families say what they need: phrases, what was done to them, and a number that tells when they changed."""

from datetime import datetime

from sqlalchemy import JSON, DateTime, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub_finder.models.base import Base
from hub_finder.models.services import Labelled, Need

LONGEST_PHRASE = 100
LONGEST_KEY = 200
# Compared byte by byte on either database, so that both sort alike.
KEY = String(LONGEST_KEY).with_variant(String(LONGEST_KEY, collation="C"), "postgresql")


class PhraseKind(Labelled):
    """What kind of words they are, for people who keep the list, or which language they are in when it is not English.

    All kinds count alike; but English is learnt apart from the other languages.
    """

    FAMILY = "family", "What a family says"
    NAME = "name", "What a service is or was called"
    MISSPELLING = "misspelling", "A misspelling"
    SLANG = "slang", "Slang"
    BRAND = "brand", "A charity, app or course"
    CLINICAL = "clinical", "What a clinician says"
    BENEFIT = "benefit", "A benefit or grant"
    UKRAINIAN = "ukrainian", "Ukrainian"
    POLISH = "polish", "Polish"
    ROMANIAN = "romanian", "Romanian"
    PORTUGUESE = "portuguese", "Portuguese"
    ARABIC = "arabic", "Arabic"


OTHER_LANGUAGES = frozenset(
    {PhraseKind.UKRAINIAN, PhraseKind.POLISH, PhraseKind.ROMANIAN, PhraseKind.PORTUGUESE, PhraseKind.ARABIC}
)


class Phrase(Base):
    """Words that speak for a need. `key` is what is read of them: the words alone, without case, accents or marks.

    A phrase that was removed stays, so that no file brings it back unasked. `edited` is set once a person had a hand
    in it: from then on files leave it alone. `version` is the one of `Thesaurus` that its last change made.
    """

    __tablename__ = "phrase"
    __table_args__ = (UniqueConstraint("need_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(KEY, index=True)
    text: Mapped[str] = mapped_column(String(LONGEST_PHRASE))
    kind: Mapped[str] = mapped_column(String(20))
    removed: Mapped[bool] = mapped_column(default=False, server_default=false())
    edited: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(index=True)

    need: Mapped[Need] = relationship()


class PhraseChange(Base):
    """One change: what stood there before and what stands there after, as `need`, `text` and `kind`; None is nothing.

    It holds words and no ids, so it can be read and undone whatever was done since.
    """

    __tablename__ = "phrase_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str] = mapped_column(String(120))
    before: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    # The change that this one undid.
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("phrase_change.id", ondelete="CASCADE"))


class Thesaurus(Base):
    """The one row that tells which state the phrases are in. `epoch` is another in each database that was filled anew.

    Whoever changes phrases raises `version` first, in the same transaction, and so holds this row until the end of it:
    versions become visible in their order, and who has read one has read all that came before.
    """

    __tablename__ = "thesaurus"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
