import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { commandPage } from '../support/man-page.js'
import { manPages } from '../support/man-pages.js'

const folder = new URL('../../packages/netlink/man/', import.meta.url)
const pages = await manPages()

const test = suite('manual pages')

test('the files are those that npm run reference writes', () => {
  assert.equal(readdirSync(folder).sort(), [...pages.keys()].sort())
  for (const [name, text] of pages) assert.is(readFileSync(new URL(name, folder), 'utf8'), text, name)
})

test('package.json names every page', () => {
  const { man } = JSON.parse(readFileSync(new URL('../package.json', folder), 'utf8'))
  assert.equal(
    man.map((path: string) => path.replace('./man/', '')),
    [...pages.keys()].sort(),
  )
})

/** The macros and escapes of man(7) that both groff and mandoc know, and that the pages use. */
const macros = /^\.(\\"|TH|SH|PP|TP|EX|EE)( |$)/
const escapes = /\\(f[BIR]|\[u[0-9A-F]{4,6}\]|\((aq|ga|ha|ti|dq)|[e&-]|")/g

for (const [name, text] of pages)
  test(`${name}: only known macros and escapes, and each example is closed`, () => {
    assert.not(/[^\n -~]/.test(text), 'only ASCII')
    let isExample = false
    for (const line of text.trimEnd().split('\n')) {
      assert.not(/\\/.test(line.replaceAll(escapes, '')), line)
      assert.not(/^'|^$/.test(line), 'an empty line or a macro')
      if (line.startsWith('.')) assert.match(line, macros)
      if (line === '.EX' || line === '.EE') {
        assert.is(isExample, line === '.EE', line)
        isExample = line === '.EX'
      }
    }
    assert.not(isExample)
  })

/** Formats a page with groff, which minimal systems lack. Returns undefined without it. */
function formatted(page: string): { readonly stdout: string; readonly stderr: string } | undefined {
  const args = ['-man', '-ww', '-Tutf8', '-P-bcou', '-rLL=200n']
  const { stdout, stderr, error } = spawnSync('groff', args, { input: page, encoding: 'utf8' })
  if (error) return undefined
  return { stdout, stderr }
}

test('groff formats every page without a warning, if it is installed', () => {
  for (const [name, text] of pages) {
    const result = formatted(text)
    if (!result) return
    assert.is(result.stderr, '', name)
    assert.match(result.stdout, /^NAME$/m)
  }
})

test('characters that formatters replace or read as commands are printed as they are', () => {
  const odd = `.TH 'a' "b" \\n ^x ~y \`z\` --a-b …→ it's`
  const page = commandPage({
    name: 'odd',
    summary: 'prints',
    declaration: {
      description: [odd, `'begins`],
      options: { odd: { help: odd, value: 'X-Y' } },
      examples: [[odd, odd]],
      exitCodes: { 0: odd },
    },
  })
  const result = formatted(page)
  if (!result) return
  assert.is(result.stderr, '')
  assert.is(result.stdout.split(odd).length, 6)
  assert.match(result.stdout, /^ +'begins$/m)
  assert.match(result.stdout, /--odd X-Y/)
})

test.run()
