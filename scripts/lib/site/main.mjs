// Writes the documentation site from the compiled packages. `npm run site` builds them first.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { capture, path, say } from '../repo.mjs'
import { faultsOf } from './check-output.mjs'
import { searchFaults } from './check-search.mjs'
import { docPages } from './doc-pages.mjs'
import { deadLinks } from './links.mjs'
import { messagePages } from './message-pages.mjs'
import { installTypedoc, runTypedoc } from './typedoc.mjs'

const folder = path('.cache/site')
const out = path('dist/site')

/** Reports faults. Returns true if there are none. */
function isFaultless(faults) {
  for (const fault of faults) console.error(`✘ ${fault}`)
  return faults.length === 0
}

/** Writes the Markdown of all pages for typedoc. Returns the files of those that are not below others. */
function writePages() {
  const { pages, chapters, pictures } = docPages()
  const messages = messagePages()
  rmSync(folder, { recursive: true, force: true })
  for (const { file, text } of [...pages, ...chapters, ...messages]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  for (const picture of pictures) cpSync(path(picture), join(folder, picture))
  // A chapter links the viewer, so that typedoc adds it.
  cpSync(path('packages/viewer/dist/viewer.html'), join(folder, 'viewer.html'))
  return [...chapters, messages[0]].map(({ file }) => join(folder, file))
}

async function writeSite() {
  say('links')
  if (!isFaultless(deadLinks(path(), capture('git', ['ls-files', '*.md']).split('\n')))) return false
  say('pages')
  const documents = writePages()
  say('typedoc')
  if (!installTypedoc()) return false
  rmSync(out, { recursive: true, force: true })
  if (!(await runTypedoc({ folder, out, documents, readme: join(folder, 'README.md') }))) return false
  say('links of the written pages')
  if (!isFaultless(faultsOf(out))) return false
  say('search')
  if (!isFaultless(await searchFaults(out))) return false
  console.log(`\n${out}/index.html`)
  return true
}

process.exitCode = (await writeSite()) ? 0 : 1
