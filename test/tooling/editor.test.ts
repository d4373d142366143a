import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkOperations, names, servers } from '../support/api-in-editor.js'

/** Tests the API in an editor. pack.test.ts does the same with the installed package. */
const test = suite('the API in an editor')

const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))

for (const [server, start] of Object.entries(servers))
  test(`${server}: hover shows the documentation of every operation, and its definition is in the sources`, async () => {
    // Outside of the repository, as a user has it.
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netloom-editor-')))
    try {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
      await checkOperations(start, folder, join(root, 'packages/netlink'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

test('every operation has a synchronous form', () => {
  const asynchronous = names.filter((name) => !name.endsWith('Sync'))
  assert.is(asynchronous.length * 2, names.length)
  for (const name of asynchronous) assert.ok(names.includes(`${name}Sync`), name)
})

test.run()
