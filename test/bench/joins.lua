-- Every request joins another pair of person and group. FIRST: the number of the first pair; PEOPLE, GROUPS. The few
-- pairs that the state began with answer already_member.
local n = tonumber(os.getenv("FIRST"))
local people = tonumber(os.getenv("PEOPLE"))
local groups = tonumber(os.getenv("GROUPS"))

function request()
	local who = n % people
	local where = (math.floor(n / people) + who * 37) % groups
	n = n + 1
	return wrk.format("POST", "/services/rest/", {["Content-Type"] = "application/x-www-form-urlencoded"},
		"method=group.join&api_key=key00&token=tok" .. (who + 2) .. "&group_id=" .. (where + 1))
end
