"""Exit 0 when the web server of this container answers; standard library only, so that it costs little."""

import http.client
import os
import sys

host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
connection.request("GET", "/sante/web/", headers={"Host": "localhost" if host == "*" else host})
sys.exit(connection.getresponse().status != 200)
