"""Given names that stand for each other. One name stands in one group only; what is ambiguous is left out.

English, with some German, French, Spanish and Italian: names that people use in place of the registered one.
"""

_GROUPS = """
abigail abby gail
abraham abe
albert bert al
alexander alex alec xander sasha
alexandra alexa sandra lexi
alfred alf alfie
amanda mandy
andrew andy drew
angela angie
anthony tony antony anton
antonio toni
arthur art artie
barbara barb babs
benjamin ben benny benji
beatrice bea trixie
bernard bernie
bradley brad
caroline carrie
catherine cathy kate katie kathy katherine kathryn cath kat
charles charlie chuck chas
charlotte lottie
christina tina chrissy
christopher chris topher
cynthia cindy
daniel dan danny
david dave davey
deborah debbie deb debra
donald don donnie
dorothy dot dottie dolly
douglas doug
edward ed eddie ted ned
eleanor ellie nora
elizabeth liz beth betty lizzie eliza betsy libby elisabeth
emily em
eugene gene
evelyn evie
florence flo
francis frank frankie
frances fran
francisco paco
franklin franky
frederick fred freddie freddy
gabriel gabe
gerald gerry
geoffrey geoff
jeffrey jeff
gregory greg
guillermo memo
harold harry hal
helen nell
henry hank
isabella bella izzy
jacob jake
jacqueline jackie
james jim jimmy jamie
janet jan
jennifer jen jenny jenn
jessica jess jessie
john jack johnny jon
jonathan jonny jonathon
joseph joe joey
jose pepe
joshua josh
judith judy
julian jules
kenneth ken kenny
kimberly kim
kristina kristy
lawrence larry lawrie laurence
leonard len lenny
leonardo leo
louis lou louie
lucille lucy
luisa lulu
madeline maddie
margaret maggie meg peggy marge margie
maria mia
martha marty
matthew matt
megan meggie
melissa missy
michael mike mick mickey mikey
michelle shelly
nancy nan
nathaniel nate nathan
nicholas nick nicky
nicole nikki
oliver ollie
olivia liv
pamela pam
patricia pat patty tricia trish patti
patrick paddy
peter pete
philip phil phillip
rachel rae
ralph ralphie
randall randy
raymond ray
rebecca becky becca
reginald reggie
richard rich rick ricky dick richie
robert bob rob bobby robbie bert
roberta bobbie
ronald ron ronnie
russell russ
samuel sam sammy
samantha sami
sarah sally sadie
sebastian seb
stanley stan
stephanie steph
stephen steve steven stevie
susan sue susie suzy suzanne susanna
terence terry
theodore theo teddy
theresa teresa terri tess
thomas tom tommy
timothy tim timmy
valerie val
veronica ronni
victor vic
victoria vicky tori vicki
vincent vince vinny
virginia ginny
walter walt wally
wilhelm willi
william bill will billy willie
zachary zach zack
hans johannes
johann jo
friedrich fritz
heinrich heinz
josef sepp
giuseppe beppe
giovanni gianni
mohammed mohamed muhammad mohammad mohd
ahmed ahmad
yusuf youssef yousef
aleksandr oleksandr
"""


def nickname_pairs() -> list[tuple[str, str]]:
    """(name, the name of its group), each name once; where a name stands in two groups, the first counts."""
    groups: dict[str, str] = {}
    for line in _GROUPS.split("\n"):
        names = line.split()
        for name in names:
            groups.setdefault(name, names[0])
    return sorted(groups.items())
