"""Prints a large state as import lines: for measuring imports. Usage: generate.py GROUPS USERS MEMBERSHIPS"""
import random
import sys

groups, users, memberships = map(int, sys.argv[1:4])
choose = random.Random(1)
for i in range(1, users + 1):
    print(f'{{"kind":"user","id":{i},"username":"user{i}","name":"User {i}","email":null,"active":true}}')
for i in range(1, groups + 1):
    print(f'{{"kind":"group","id":{i},"name":"Group {i}","description":null,"owner_user_id":{i % users + 1},'
          '"member_moderation":false,"event_moderation":false,"is_private":false,'
          '"created_at":"2005-09-02T02:15:11Z"}')
seen = {(i, i % users + 1) for i in range(1, groups + 1)}
while memberships > 0:
    pair = (choose.randint(1, groups), choose.randint(1, users))
    if pair not in seen:
        seen.add(pair)
        memberships -= 1
        print(f'{{"kind":"membership","group_id":{pair[0]},"user_id":{pair[1]},"state":"member","role":"member",'
              f'"since":"20{choose.randint(10, 24)}-01-01T00:00:00Z"}}')
