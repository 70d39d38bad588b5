"""When to fetch: tiers by the hours until a game, a plan that keeps the month inside the quota.

`tiers`, `closing`, `planner` and `states` are pure functions of games, times and credits;
`calendar` and `quota` read the warehouse; `decision` puts both together for the timetable, the DAGs
and the command line.
"""
