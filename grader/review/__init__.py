"""The page where people decide: `grader review`.

`index` reads from a gradebook which answers hold open rows and which rows are equal; `ordering` puts them into the
order in which they are decided; `groups` tells what one decision settles; `deciding` keeps decisions and takes them
back; `board` is all of that as one object, which `server` and `pages` show. `presence` knows who has what open.
Nothing here adds points: decisions are the gradebook's overrides, and reports are written as `grade` writes them.
"""
