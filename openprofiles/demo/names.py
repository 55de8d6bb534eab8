"""Names and places of the made-up people, from many origins. The first ones are drawn most, so namesakes occur."""

_FIRST = """
Maria James Anna Mohammed Sofia David Fatima John Elena Daniel Emma Ali Laura Thomas Mei Carlos Sarah Lukas Aisha
Peter Olivia Jan Ana Michael Yuki Ahmed Julia Robert Ines Andreas Priya William Chloé Omar Nina Paul Leila Marco
Hannah José Ingrid Wei Amelia Kofi Katarzyna Liam Zoë Rahul Camille Piotr Amara Noah Marta Hiroshi Grace Łukasz
Nadia Mateo Freya Ivan Siobhán Arjun Beatriz Erik Khadija Hugo Magdalena Samuel Ngọc Tomasz Alice Diego Rania Björn
Lucía Kwame Dorota Hassan Eva Luca Ayşe Finn Thandiwe Sébastien Helga Raj Isabella Oleksandr Naomi Anton Yara Jürgen
Mónica Tariq Astrid Kenji Renée Viktor Zanele Filip Chiara Mehmet Lena Gábor Paloma Sven Adaeze Rasmus Irena Tuấn
Bianca Emre Agnieszka Niall Soledad Dmitri Ylva Babajide Françoise Esperanza
"""
_LAST = """
Smith García Nguyễn Müller Johnson Kim Silva Khan Rossi Brown Martin Patel Kowalski Jones Ivanov Chen López Williams
Andersson Singh Dubois Davis Hernández Schmidt Tanaka Wilson Ali Novák Taylor Ferreira O'Neil Hansen Miller Yılmaz
Bernard Wang Moore Popescu Jackson Okafor Fischer Martínez Thompson Larsen Lee White Romano Hussain Walker Lefèvre
Clark Nowak Santos Robinson Nielsen Mensah Weber Park Costa Wright Sato Petrov Green Moreau Baker Haddad Virtanen
Adams Suzuki Nagy Hill Sharma Bianchi Nelson Jansen Campbell Mbeki Kaya Mitchell Roberts Horváth Carter Gupta
Phillips Evans Torres Bauer Turner Simon Parker Rahman Collins Esposito Edwards Mwangi Stewart Lindqvist Morris
Öztürk Murphy Laurent Cook Papadopoulos Rogers Ramírez Morgan Łukasik Cooper Diallo Peterson Reid VanDyke Bailey
Castillo Bell Osei Gómez Kelly Wójcik Howard Das Ward Richter Cox Johansson Al-Masri Richardson Wood Marchetti
Watson Nkosi Brooks Bennett Gray Kuznetsov James Reyes Cruz Hughes Kristensen Price Myers Vargas Long Foster Ozawa
Sanders Fontaine Ross Morales Abdullah Powell Sullivan Jiménez Russell Ortiz Jenkins Gutiérrez Perry Eriksen Butler
Barnes Obi Fisher Lang Björk
"""
FIRST_NAMES = tuple(_FIRST.split())
LAST_NAMES = tuple(_LAST.split())

STREETS = (
    "Oak Street",
    "Maple Avenue",
    "Church Lane",
    "Station Road",
    "Mill Road",
    "Park Avenue",
    "High Street",
    "Lake View Drive",
    "King Street",
    "Elm Street",
    "Cedar Court",
    "River Road",
    "Garden Street",
    "Hill Road",
    "Market Square",
    "Victoria Road",
    "Chestnut Drive",
    "School Lane",
    "Harbour Street",
    "Birch Way",
)

CITIES = {
    "US": (
        ("Seattle", "WA", "98101"),
        ("Portland", "OR", "97205"),
        ("Austin", "TX", "78701"),
        ("Denver", "CO", "80202"),
        ("Boston", "MA", "02108"),
        ("Chicago", "IL", "60601"),
        ("Atlanta", "GA", "30303"),
    ),
    "CA": (("Toronto", "ON", "M5H 2N2"), ("Vancouver", "BC", "V6B 1A1"), ("Montréal", "QC", "H2Y 1C6")),
    "GB": (("London", "", "EC1A 1BB"), ("Leeds", "", "LS1 4AP"), ("Bristol", "", "BS1 4DJ"), ("Glasgow", "", "G1 1XQ")),
    "FR": (("Paris", "", "75011"), ("Lyon", "", "69002"), ("Nantes", "", "44000"), ("Lille", "", "59800")),
}
"""City, state or province, postal code, by country."""
