import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** Dead links in Markdown, and in the written site. */
const test = suite('links of the documentation')

const root = fileURLToPath(new URL('../..', import.meta.url))
const [links, output] = ['links', 'check-output'].map((name) => `../../scripts/lib/site/${name}.mjs`)
const { deadLinks }: { deadLinks(root: string, files: readonly string[]): string[] } = await import(links as string)
const { faultsOf }: { faultsOf(root: string): string[] } = await import(output as string)

type Files = Readonly<Record<string, string>>

/** Calls `check` with a temporary folder with files. */
function inFolder<T>(files: Files, check: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-site-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    return check(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('every link of every page leads to a file and a heading of this repository', () => {
  const files = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  assert.ok(files.includes('docs/api.md') && files.includes('README.md'))
  assert.equal(deadLinks(root, files), [])
})

const valid = {
  'docs/a.md':
    '# Use `it`: now\n\n## Same\n\n## Same\n\n[b](b.md) [x](b.md#use-it-2) [self](#use-it-now) [2](#same-1)\n',
  'docs/b.md':
    '# B\n\n## Use it (2)\n\n<a id="here"></a>[a](../docs/a.md) [img](#here)\n\n![c](c.svg)\n\n[ref]: ../src/c.ts\n',
  'docs/c.svg': '<svg/>',
  'src/c.ts': '',
  'src/README.md': '# Sources\n',
  'README.md':
    '[folder](src) [its heading](src#sources) [web](https://example.org/#x) `[code](nowhere.md)`\n\n```md\n[x](y.md)\n```\n',
}

test('files, folders, headings, anchors of HTML and other sites are valid targets, and code has no links', () =>
  assert.equal(
    inFolder(valid, (folder) => deadLinks(folder, ['docs/a.md', 'docs/b.md', 'README.md'])),
    [],
  ))

for (const [what, text, expected] of [
  ['a file', '[x](docs/z.md)', 'docs/z.md: no such file'],
  ['a heading', '[x](docs/a.md#nothing)', 'docs/a.md#nothing: docs/a.md has no such heading'],
  ['a heading of the page', '[x](#top)', '#top: README.md has no such heading'],
  ['a second heading', '[x](docs/a.md#same-2)', 'docs/a.md#same-2: docs/a.md has no such heading'],
  ['a picture', '![x](docs/z.svg)', 'docs/z.svg: no such file'],
  ['a definition', '[x][r]\n\n[r]: z.md', 'z.md: no such file', 5],
  ['a link in a table', '| a |\n| --- |\n| [x](z.md) |', 'z.md: no such file', 5],
  ['a link of HTML', '<img src="z.svg">', 'z.svg: no such file'],
  ['a file outside', '[x](../z.md)', '../z.md: expected a path in the repository'],
  ['an absolute path', '[x](/docs/a.md)', '/docs/a.md: expected a relative path'],
  ['a heading of a file that is no page', '[x](src/c.ts#here)', 'src/c.ts#here: src/c.ts has no headings'],
  ['a folder', '[x](docs/sub)', 'docs/sub: no such file'],
] as const) {
  test(`${what} that does not exist is reported with file, line and target`, () => {
    const line = what === 'a definition' || what === 'a link in a table' ? 5 : 3
    assert.equal(
      inFolder({ ...valid, 'README.md': `# T\n\n${text}\n` }, (folder) => deadLinks(folder, ['README.md'])),
      [`README.md:${line}: ${expected}`],
    )
  })
}

const written = {
  'index.html':
    '<link rel="stylesheet" href="assets/a.css"><a href="p/x.html#there">x</a><a href="https://example.org/">o</a>',
  'p/x.html':
    '<script src="../assets/a.js"></script><h2 id="there"></h2><a href="#there">y</a><a href="../index.html">z</a>',
  'assets/a.css': '',
  'assets/a.js': '',
}

test('a written site is checked: links to files and anchors, and parts of other sites', () => {
  assert.equal(inFolder(written, faultsOf), [])
  for (const [html, expected] of [
    ['<a href="nowhere.html">', 'nowhere.html: no such file'],
    ['<a href="p/x.html#nowhere">', 'p/x.html#nowhere: no such anchor'],
    ['<img alt="" src="a.png">', 'a.png: no such file'],
    [
      '<script async src="https://example.org/a.js">',
      'https://example.org/a.js: a page must not load parts of other sites',
    ],
    ['<link href="//example.org/a.css">', '//example.org/a.css: a page must not load parts of other sites'],
  ] as const)
    assert.equal(inFolder({ ...written, 'new.html': html }, faultsOf), [`new.html: ${expected}`])
})

test.run()
