from hub_finder import create_app

app = create_app()
