import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { modulesCondition, run } from './lib/repo.mjs'

readCommand({
  name: 'run site',
  description: `Builds, then writes the documentation as static files to dist/site: the pages of docs, the reference of the API and of all
messages. Dead links, also to headings, are errors. If Chromium is installed, so is a search that does not find what it must.`,
})

process.exitCode = (await build()) && run(process.execPath, [modulesCondition, 'scripts/lib/site/main.mjs']) ? 0 : 1
