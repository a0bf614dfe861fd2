"""The words that the made-up listings are made of. The draws count on their order: a change makes another data set."""

# ruff: noqa: SIM905

# One need each, and 60 of them: a set of needs fits in one 64-bit number.
NEEDS = """parenting breastfeeding perinatal bereavement debt housing foodbank autism adhd dyslexia deaf visual
    wheelchair epilepsy diabetes asthma anxiety depression counselling psychotherapy domestic alcohol drugs smoking
    gambling carers fostering adoption siblings grandparents fathers mothers multiples refugees translation literacy
    numeracy tutoring employment apprenticeships volunteering benefits transport toddlers nursery childminding crafts
    music dance drama football swimming cycling gymnastics martial cookery gardening library camping safety""".split()
HEADS = """Little Bright Sunny Oak Willow Rainbow Riverside Hilltop Harbour Meadow Acorn Lantern Compass Bridge Haven
    Orchard""".split()
TAILS = """Stars Steps Hands Minds Friends Futures Roots Wings Voices Circles Pathways Beacons Explorers
    Sprouts""".split()
SORTS = """club group drop-in hub clinic centre project helpline workshop playgroup service network team cafe
    course""".split()
BODIES = """Trust Council Foundation Partnership Association Church Charity Collective Society Alliance""".split()
COMMON = """support families children young people weekly cheerful sessions trained staff local community home visit
    telephone online advice practical emotional outdoor indoor sensory play story rhyme singing messy cooking healthy
    eating budget form appointment referral self welcome accessible parking step toilet kitchen garden hall school
    holiday evening weekend morning term volunteer mentor specialist nurse midwife therapist worker group one
    confidential free small charge booking required waiting list crisis urgent routine confidence skills language
    signing portage inclusion transition secondary primary reception teenage baby infant pregnant newborn sleep
    feeding crying weaning potty behaviour routine stress anger worry loneliness isolation grief loss separation
    mediation contact court legal rights tenancy eviction heating energy clothes furniture equipment toys uniform
    laptop internet""".split()
RARE = """yoga pilates archery chess robotics coding photography pottery knitting sewing woodwork beekeeping allotment
    puppetry theatre choir guitar violin drumming ukulele ballet tap hiphop salsa circus juggling trampoline climbing
    canoeing sailing rowing surfing cycling skateboarding judo karate boxing fencing tennis badminton netball rugby
    cricket hockey basketball handball athletics orienteering forest beach farm museum mosque temple synagogue chapel
    gurdwara polish urdu punjabi bengali arabic somali romanian ukrainian portuguese welsh gaelic makaton braille
    hydrotherapy physiotherapy podiatry dietitian audiology orthodontic tonguetie colic reflux eczema allergy coeliac
    cerebral palsy downs fragile tourette stammer dyspraxia sickle cystic fibrosis leukaemia transplant hospice
    respite shortbreaks portfolio passport blue badge motability guardianship kinship prison armed forces veterans
    traveller roma homeless hostel refuge stalking coercive trafficking gangs knife exploitation radicalisation
    truancy exclusion mediation tribunal advocacy ombudsman""".split()
# The first come often and the last seldom, as in prose.
VOCABULARY = list(dict.fromkeys(COMMON + RARE))
POSTCODE_AREAS = """AB AL B BA BB BD BH BL BN BR BS CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH
    EN EX FK FY G GL GU HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP
    NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA
    WC WD WF WN WR WS WV YO ZE""".split()
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
