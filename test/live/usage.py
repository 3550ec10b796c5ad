"""How often each application calls: exact while the server runs, after a clean stop and after a restart; whatever was
shown or is older than a minute survives a kill. And what the operator says about the API's end, on every reply."""
import datetime
import json
import sys
import urllib.parse

import server as live

GATEWAY = "/services/rest/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DATES = ("--legacy-deprecated", "2026-02-01", "--legacy-sunset", "2027-01-01")


def state():
    named = [("key00", "Old client", True), ("key01", "Older client", True), ("key02", "Gone client", False)]
    applications = [{"kind": "application", "api_key": key, "name": name, "active": active}
                    for key, name, active in named]
    return live.lines([*applications, live.user(1), live.user(2), live.token(1), live.token(2), live.group(1, 1)])


def call(connection, method, key="key00", **arguments):
    pairs = {"method": method, "api_key": key, **arguments}
    return live.ask(connection, "POST", GATEWAY, urllib.parse.urlencode(pairs), FORM).outcome


def usage(data):
    """(application's name, operation) -> calls, over all days."""
    found = {}
    for line in live.joinery(data, "app", "usage").splitlines():
        assert "key0" not in line, line
        record = json.loads(line)
        assert list(record) == ["kind", "application", "name", "day", "operation", "calls"], line
        assert record["kind"] == "usage" and isinstance(record["application"], int), line
        age = datetime.datetime.now(datetime.timezone.utc).date() - datetime.date.fromisoformat(record["day"])
        assert datetime.timedelta(0) <= age <= datetime.timedelta(1), line
        key = (record["name"], record["operation"])
        found[key] = found.get(key, 0) + record["calls"]
    return found


def expect(data, expected):
    found = usage(data)
    assert found == expected, f"{found} != {expected}"


def count_every_outcome(data):
    """Whatever becomes of a call, it counts for who made it with an active key."""
    with live.running(data, *DATES) as server:
        connection = server.connect()
        expect(data, {})
        outcomes = [call(connection, "group.join", token="tok2", group_id=1) for _ in range(3)]
        assert outcomes == ["joined", "already_member", "already_member"], outcomes
        assert call(connection, "group.join", token="no", group_id=1) == "token_invalid"
        assert call(connection, "group.join", "key01", token="tok2", group_id=9) == "no_such_group"
        assert call(connection, "group.getInfo", group_id="x") == "no_group_found"
        # A bad callback is refused before the key, and the caller is known all the same.
        bad = {"format": "json", "callback": "f()"}
        assert call(connection, "group.getInfo", group_id=1, **bad) == "invalid_parameter"
        assert call(connection, "group.join", "key01", **bad) == "invalid_parameter"
        assert call(connection, "group.join", "key02", **bad) == "invalid_parameter"
        assert call(connection, "group.join", "", **bad) == "invalid_parameter"
        # Nobody knows who calls, or what.
        assert call(connection, "group.getInfo", "key02", group_id=1) == "api_key_invalid"
        assert call(connection, "group.getInfo", "unknown", group_id=1) == "api_key_invalid"
        assert call(connection, "event.search") == "method_not_found"
        response = live.ask(connection, "GET", "/v3/groups/1", headers={"Authorization": "Bearer tok2"})
        assert response.status == 200
        expected = {("Old client", "group_join"): 4, ("Older client", "group_join"): 2, ("Old client", "group_info"): 2}
        expect(data, expected)
        expect(data, expected)  # asking counts nothing
        assert call(connection, "group.getInfo", "key01", group_id=1) == "ok"
        connection.close()
    expected[("Older client", "group_info")] = 1  # the stop has stored it
    expect(data, expected)
    return expected


def survive(data, expected):
    server = live.Server(data)
    connection = server.connect()
    for _ in range(50):
        assert call(connection, "group.getInfo", group_id=1) == "ok"
    expected[("Old client", "group_info")] += 50
    expect(data, expected)
    connection.close()
    server.kill()
    expect(data, expected)
    live.joinery(data, "fsck")


def every_reply_tells_the_end(data):
    with live.running(data, "--public-url", "https://groups.example/base", *DATES) as server:
        connection = server.connect()
        asked = [("GET", GATEWAY + "?method=group.getInfo&api_key=key00&group_id=1", 200), ("GET", GATEWAY, 404),
                 ("OPTIONS", GATEWAY, 204), ("DELETE", GATEWAY, 405),
                 ("GET", GATEWAY + "?method=group.getMyGroups&api_key=key00", 403),
                 ("GET", GATEWAY + "?x=" + "y" * 9000, 414)]
        for method, path, status in asked:
            response = live.ask(connection, method, path)
            assert response.status == status, (path, response.status)
            assert response.getheader("Deprecation") == "@1769904000"
            assert response.getheader("Sunset") == "Fri, 01 Jan 2027 00:00:00 GMT"
            assert response.getheader("Link") == '<https://groups.example/base/docs>; rel="deprecation", ' \
                '<https://groups.example/base/v3>; rel="successor-version"', response.getheader("Link")
        connection.close()
        connection = server.connect()
        for path in ("/v3/groups/1", "/user/groups", "/crossdomain.xml"):
            assert live.ask(connection, "GET", path).getheader("Deprecation") is None, path
        connection.close()


def main():
    with live.folder() as path:
        data = path + "/data"
        live.joinery(data, "import", "-", text=state())
        expected = count_every_outcome(data)
        survive(data, expected)
        every_reply_tells_the_end(data)
    print(f"counted {expected}")


if __name__ == "__main__":
    sys.exit(main())
