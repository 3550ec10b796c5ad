-- Membership checks of random people in their groups. PEOPLE: how many; MODULUS, STRIDE, OFFSET: person p is a member of
-- group (p * STRIDE + OFFSET) % MODULUS + 1.
local people = tonumber(os.getenv("PEOPLE"))
local modulus = tonumber(os.getenv("MODULUS"))
local stride = tonumber(os.getenv("STRIDE"))
local offset = tonumber(os.getenv("OFFSET"))

function request()
	local who = math.random(2, people)
	return wrk.format("GET", "/user/groups/" .. ((who * stride + offset) % modulus + 1),
		{["X-Auth-Token"] = "tok" .. who})
end
