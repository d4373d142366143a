import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** Entry points of the bundle load what they need, and not the operations of the API. */

const test = suite('code that entry points load')

const bundle = new URL('../../packages/netlink/bundle/', import.meta.url)

/** Returns the files that importing an entry point loads. */
function loadedBy(entry: string): string[] {
  const seen = new Map<string, string>()
  const visit = (url: URL) => {
    if (seen.has(url.href)) return
    const code = readFileSync(url, 'utf8')
    seen.set(url.href, code)
    for (const [, name] of code.matchAll(/^(?:import|export)\b(?:[^'"]*? from )?\s*"(\.[^"]+)"/gm))
      visit(new URL(name as string, url))
  }
  visit(new URL(entry, bundle))
  return [...seen.values()]
}

/** esbuild begins each module with a comment that names it. */
const contains = (files: readonly string[], module: string) => files.some((code) => code.includes(`// ${module}\n`))

for (const entry of ['codec', 'route', 'generic', 'dissect', 'inspect', 'capture', 'ip'])
  test(`@netloom/netlink/${entry} loads no operations`, () => {
    const files = loadedBy(`${entry}/index.js`)
    assert.ok(contains(files, 'codec/struct.ts'), 'the comments name modules')
    assert.not.ok(contains(files, 'netlink.ts'))
    assert.not.ok(contains(files, 'api/link/read.ts'))
  })

test('the root loads the operations', () => {
  assert.ok(contains(loadedBy('index.js'), 'netlink.ts'))
})

test.run()
