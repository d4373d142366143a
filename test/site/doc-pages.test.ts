import { execFileSync } from 'node:child_process'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** The pages of the documentation on the site. */
const test = suite('pages of the site')

interface Page {
  readonly file: string
  readonly text: string
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = ['doc-pages', 'contents'].map((name) => `../../scripts/lib/site/${name}.mjs`)
const { docPages } = await import(modules[0] as string)
const { chapters } = await import(modules[1] as string)
const site: { pages: Page[]; chapters: Page[]; pictures: string[] } = docPages()

test('every page of the documentation is on the site, in one chapter', () => {
  const documentation = execFileSync('git', ['ls-files', 'docs/*.md'], { cwd: root, encoding: 'utf8' })
  const files = documentation.trim().split('\n')
  assert.ok(files.includes('docs/cni/configuration.md'))
  const listed = site.chapters.flatMap(({ text }) =>
    [...(text.split('\n---\n')[0] ?? '').matchAll(/^ {2}- "(.*)"$/gm)].map(([, file = '']) => file),
  )
  assert.is(new Set(listed).size, listed.length)
  for (const file of [...files, ...chapters.flatMap(({ pages }: { readonly pages: readonly string[] }) => pages)]) {
    assert.ok(listed.includes(file), file)
    assert.ok(
      site.pages.some((page) => page.file === file),
      file,
    )
  }
})

test('links lead to pages of the site, also those to programs and folders', () => {
  const files = new Set([...site.pages, ...site.chapters].map(({ file }) => file))
  for (const file of ['examples/vpn.ts.md', 'deploy/index.md', 'deploy/network.yaml.md'])
    assert.ok(files.has(file), file)
  const dead = site.pages.flatMap(({ file, text }) =>
    [...text.replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, '').matchAll(/[^!]\[[^\]`]*\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, to = '']) => posix.join(posix.dirname(file), to))
      .filter((to) => !files.has(to) && !site.pictures.includes(to))
      .map((to) => `${file}: ${to}`),
  )
  assert.equal(dead, [])
})

test('headings have the IDs that links name: they contain no code', () => {
  const [errors] = site.pages.filter(({ file }) => file === 'docs/errors.md')
  assert.match(errors?.text ?? '', /^## Print all messages: NETLOOM_DEBUG=1$/m)
})

test('pictures are copied', () => assert.ok(site.pictures.includes('docs/vpn-cpu.svg')))

test.run()
