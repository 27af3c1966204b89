"""The page where people decide: `grader review`.

`index` reads from a gradebook which answers hold open rows and which rows are equal; `ordering` puts them into the
order in which they are decided; `groups` tells what one decision settles; `deciding` keeps decisions and takes them
back; `board` is all of that as one object. Over it stands the web: `server` takes requests that `security` lets through,
`routes` has the board do what they ask (`posted` reads forms), `pages` and `rowsheet` show what came of it, and
`pagefiles` holds scripts and styles.
Nothing here adds points: decisions are the gradebook's overrides, and reports are written as `grade` writes them.
"""
