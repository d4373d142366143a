import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { specText } from '../support/specs.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...['netlink', 'packet', 'tuntap', 'cni-tap'].map((name) => `packages/${name}/README.md`),
].concat(
  ['docs', 'docs/cni'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
)

interface Program {
  readonly language: string
  readonly code: string
}

const blocksOf = (page: string): Program[] =>
  [
    ...readFileSync(join(root, page), 'utf8').matchAll(/^```(ts|js|typescript|javascript|mts|mjs)\n([\s\S]*?)^```$/gm),
  ].map(([, language = '', code = '']) => ({ language, code }))

/** Returns the examples of a page that are complete programs: those that begin with an import. */
const programsOf = (page: string): Program[] => blocksOf(page).filter(({ code }) => code.startsWith('import '))

/** Commands that create, in the namespace, the links that the examples of a page name. Other pages show what a new one contains. */
const needed: Readonly<Record<string, readonly string[][]>> = {
  // A pair of links in place of a network card.
  'docs/tc.md': [['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth1']],
  'docs/ethtool.md': [['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth1']],
  'docs/udp.md': [['link', 'set', 'lo', 'up']],
}

/** Specs of the kernel that the examples of a page read. */
const specs: Readonly<Record<string, readonly string[]>> = { 'docs/specs.md': ['netdev'] }

/** Pages whose examples run in the initial network namespace, because the kernel has what they use nowhere else. */
const initial: readonly string[] = ['docs/processes.md']

/** Returns the output that an example promises: the comments after its console.log calls. */
const promisesOf = (code: string) => [...code.matchAll(/console\.log\(.*\) \/\/ (.+)$/gm)].map(([, text]) => text)

const test = suiteNeeding('examples of the documentation', 'netns', 'tun', 'specs')

for (const page of pages) {
  for (const [index, { language, code }] of programsOf(page).entries()) {
    test(`${page}, example ${index + 1}`, () => {
      using namespace = scratch()
      for (const words of needed[page] ?? []) namespace.ip(...words)
      // Next to the tests, so that the packages are resolved as in a user's program.
      const folder = mkdtempSync(join(root, 'test', 'tooling', 'scratch-docs-'))
      try {
        const file = join(folder, language.startsWith('j') ? 'example.mjs' : 'example.mts')
        writeFileSync(file, code)
        for (const name of specs[page] ?? []) writeFileSync(join(folder, `${name}.yaml`), specText(name))
        // Node runs JavaScript directly, and TypeScript as the README describes for Node 20.
        const flags = language.startsWith('j') ? [] : ['--import', 'tsx']
        // With the bundle, as in a user's program.
        const env = { ...process.env, NODE_V8_COVERAGE: '', NODE_OPTIONS: '' }
        const options = { cwd: specs[page] ? folder : root, env, encoding: 'utf8' } as const
        const printed = initial.includes(page)
          ? execFileSync(process.execPath, [...flags, file], options)
          : namespace.exec(process.execPath, [...flags, file], options)
        const promised = promisesOf(code)
        if (promised.length > 0) assert.equal(printed.trimEnd().split('\n'), promised)
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  }
}

test('docs/vpn.md: the code that is not a program is that of the examples', () => {
  // Blocks of the page are not indented.
  const lines = (text: string) => text.trim().replaceAll(/^ +/gm, '')
  const names = ['vpn.ts', 'vpn-ends.ts', 'vpn-offload.ts']
  const examples = names.map((name) => lines(readFileSync(join(root, 'examples', name), 'utf8')))
  const blocks = blocksOf('docs/vpn.md').filter(({ code }) => !code.startsWith('import '))
  assert.ok(blocks.length >= 5)
  for (const { code } of blocks)
    assert.ok(
      examples.some((text) => text.includes(lines(code))),
      code,
    )
})

test('examples exist', () => {
  assert.ok(pages.flatMap(programsOf).length >= 3)
})

test('the demo prints its results', () => {
  const printed = execFileSync(process.execPath, ['scripts/demo.mjs'], { cwd: root, encoding: 'utf8' })
  for (const expected of [
    /port of\s+br0/,
    /owner\s+uid 1000, persistent/,
    /hello from netloom/,
    /links\s+lo, br0\s+\(tap0/,
  ]) {
    assert.match(printed, expected)
  }
})

test.run()
