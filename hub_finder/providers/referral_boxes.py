"""What is asked of how somebody is referred, who has to agree, and how long people wait. Never of anybody who is."""

from hub_finder.providers.boxes import Box

REFERRAL_BOXES = (
    Box(
        name="referral_url",
        label="Web page of your referral form (you can leave this blank)",
        hint="What people type there goes to you alone. We never see it.",
        type="url",
    ),
    Box(
        name="referral_phone",
        label="Phone number for referrals, if it is another one (you can leave this blank)",
        type="tel",
    ),
    Box(
        name="referral_consent",
        label="Who has to agree before somebody is referred (you can leave this blank)",
        hint="Like “a parent has to sign the form”, or “the young person has to say yes”.",
        kind="lines",
    ),
    Box(
        name="wait_time",
        label="How long people wait at the moment (you can leave this blank)",
        hint="Like “about 12 weeks” or “no wait”. If you leave it out, families read “not stated”.",
    ),
    Box(
        name="wait_time_date",
        label="When that was true (you can leave this blank)",
        hint="A year, a month or a day, like 2026, 2026-04 or 2026-04-28.",
    ),
)
