import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const root = fileURLToPath(new URL('../..', import.meta.url))
// Variables, because TypeScript requires declarations for literals, and the scripts have none.
const [facts, links, verification, npm, site] = ['facts', 'links', 'verify', 'npm-packages', '../site/links'].map(
  (name) => `../../scripts/lib/release/${name}.mjs`,
)
const { notesOf } = await import(facts as string)
const { linkedPages, rewriteLinks } = await import(links as string)
const { verifyContents } = await import(verification as string)
const { stage } = await import(npm as string)
const { deadLinks } = await import(site as string)

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const test = suite('npm run release')
const folders: string[] = []

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-release-test-'))
  folders.push(folder)
  return folder
}

test.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd, encoding: 'utf8' })

/** Makes a repository with what the command reads before it builds anything. */
function repository(): string {
  const folder = temporary()
  for (const part of ['package.json', 'CHANGELOG.md', 'scripts', 'docs/releasing.md'])
    cpSync(join(root, part), join(folder, part), { recursive: true })
  for (const name of ['netlink', 'packet', 'tuntap', 'cni-tap', 'quickjs-runtime', 'viewer']) {
    mkdirSync(join(folder, 'packages', name), { recursive: true })
    cpSync(join(root, 'packages', name, 'package.json'), join(folder, 'packages', name, 'package.json'))
  }
  // Without node_modules, no script can go further than its checks.
  git(folder, 'init', '-q')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-qm', 'as released')
  return folder
}

const release = (folder: string, ...args: string[]) =>
  spawnSync(process.execPath, ['scripts/release.mjs', ...args], { cwd: folder, encoding: 'utf8' })

function assertRefused(folder: string, ...problems: (string | RegExp)[]): void {
  const { status, stderr } = release(folder, '--dry-run')
  assert.is(status, 1)
  for (const problem of problems) assert.match(stderr, problem)
}

const edit = (file: string, from: string | RegExp, to: string) =>
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))

test('a changed and an untracked file are refused by name', () => {
  const folder = repository()
  appendFileSync(join(folder, 'CHANGELOG.md'), '\n')
  writeFileSync(join(folder, 'stray.txt'), '')
  assertRefused(folder, '✘ the working tree differs from the commit:', 'M CHANGELOG.md', '?? stray.txt')
})

test('a version that CHANGELOG.md lacks, describes without a date, or leaves empty', () => {
  const folder = repository()
  const commit = (text: string) => {
    writeFileSync(join(folder, 'CHANGELOG.md'), text)
    git(folder, 'commit', '-qam', 'changed')
  }
  commit('# Changelog\n\n## [Unreleased]\n\n- x\n')
  assertRefused(folder, `✘ CHANGELOG.md has no section [${version}]`)
  commit(`# Changelog\n\n## [${version}]\n\n- x\n`)
  assertRefused(folder, `expected a date, as in '## [${version}] - 2026-01-31'`)
  commit(`# Changelog\n\n## [${version}] - 2026-01-31\n\n## [0.0.1] - 2025-01-01\n\n- x\n`)
  assertRefused(folder, `✘ CHANGELOG.md: the section [${version}] is empty`)
})

test('packages with different versions are refused, all of them at once', () => {
  const folder = repository()
  edit(join(folder, 'packages/netlink/package.json'), `"version": "${version}"`, '"version": "9.9.9"')
  edit(join(folder, 'packages/tuntap/package.json'), `"@netloom/netlink": "${version}"`, '"@netloom/netlink": "9.9.9"')
  git(folder, 'commit', '-qam', 'other versions')
  assertRefused(
    folder,
    `✘ @netloom/netlink: expected version ${version}, got 9.9.9`,
    `✘ @netloom/tuntap: expected @netloom/netlink ${version} in dependencies, got 9.9.9`,
  )
})

test('an address that is none on the web is refused', () => {
  const { status, stderr } = release(repository(), '--dry-run', '--repository', '/srv/netloom')
  assert.equal(
    [status, stderr],
    [1, '✘ --repository: expected an address such as https://example.org/netloom, got "/srv/netloom"\n'],
  )
})

test('--set-version writes the version everywhere, with the date, and refuses to do so twice', () => {
  const folder = repository()
  edit(join(folder, 'CHANGELOG.md'), '## [Unreleased]\n', '## [Unreleased]\n\n### Added\n\n- Something.\n')
  const { status, stderr } = release(folder, '--set-version', '7.8.9-rc.1')
  assert.equal([status, stderr], [0, ''])
  const page = readFileSync(join(folder, 'docs/releasing.md'), 'utf8')
  assert.match(page, 'netloom/tap:v7.8.9-rc.1')
  assert.not.match(page, `v${version}`)
  const changelog = readFileSync(join(folder, 'CHANGELOG.md'), 'utf8')
  assert.match(
    changelog,
    /^## \[Unreleased\]\n\n## \[7\.8\.9-rc\.1\] - \d{4}-\d\d-\d\d\n\n### Added\n\n- Something\.\n/m,
  )
  for (const name of ['netlink', 'packet', 'tuntap', 'cni-tap', 'quickjs-runtime', 'viewer']) {
    const manifest = JSON.parse(readFileSync(join(folder, 'packages', name, 'package.json'), 'utf8'))
    const own = Object.entries(manifest.dependencies ?? {}).filter(([key]) => key.startsWith('@netloom/'))
    assert.equal([manifest.version, ...own.map(([, wanted]) => wanted)], ['7.8.9-rc.1', ...own.map(() => '7.8.9-rc.1')])
  }
  const again = release(folder, '--set-version', '7.8.9-rc.1')
  assert.equal([again.status, again.stderr], [1, '✘ CHANGELOG.md has a section [7.8.9-rc.1] already\n'])
  assert.is(release(folder, '--set-version', '1.2').status, 2)
})

test('the notes of a version end before the next one', () => {
  const text =
    '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-01-31\n\n### Added\n\n- A.\n\n## [1.1.0] - 2026-01-01\n\n- B.\n'
  assert.is(notesOf('1.2.0', text), '### Added\n\n- A.')
  assert.is(notesOf('1.1.0', text), '- B.')
  assert.is(notesOf('Unreleased', text), '')
  assert.is(notesOf('1.0.0', text), undefined)
})

test('links of a README lead to the repository; without its address, to files of the package', () => {
  const page = 'packages/tuntap/README.md'
  const carried: string[] = linkedPages(page)
  assert.ok(carried.includes('docs/tuntap.md'), `${carried}`)
  const web = rewriteLinks({ repository: 'https://example.org/netloom', version: '1.2.3' }, page, 'README.md', carried)
  assert.match(web, '](https://example.org/netloom/blob/v1.2.3/docs/tuntap.md)')
  const relative = rewriteLinks({ version: '1.2.3' }, page, 'README.md', carried)
  assert.match(relative, '](docs/tuntap.md)')
  assert.not.match(web + relative, '](../')
})

for (const repository of [undefined, 'https://example.org/netloom']) {
  test(`each package carries the pages that it links${repository ? ', and names its repository' : ''}`, () => {
    for (const name of ['netlink', 'packet', 'tuntap', 'cni-tap']) {
      const folder = join(temporary(), name)
      stage({ repository, version: '1.2.3' }, name, folder)
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      // npm packs these in any case.
      const always = ['package.json', 'README.md', 'LICENSE']
      const packed = [...always, ...manifest.files].map((file: string) => file.split('/')[0])
      const pages = readdirSync(folder, { recursive: true })
        .map(String)
        .filter((file) => file.endsWith('.md'))
      for (const page of linkedPages(`packages/${name}/README.md`)) assert.ok(existsSync(join(folder, page)), page)
      assert.equal(
        pages.filter((page) => !packed.includes(page.split('/')[0])),
        [],
      )
      assert.equal(deadLinks(folder, pages), [])
      assert.is(manifest.homepage, repository && `${repository}/tree/HEAD/packages/${name}#readme`)
    }
  })
}

test('a tarball needs each module that a pattern of imports stands for', () => {
  const folder = temporary()
  const top = join(folder, 'package')
  stage({ version: '1.2.3' }, 'netlink', top)
  const tarball = join(folder, 'netlink.tgz')
  const pack = () => execFileSync('tar', ['-czf', tarball, '-C', folder, 'package'])
  pack()
  assert.not.throws(() => verifyContents(tarball, temporary()))
  rmSync(join(top, 'bundle/api/nft/operations.js'))
  pack()
  assert.throws(() => verifyContents(tarball, temporary()), /the tarball misses bundle\/api\/nft\/operations\.js$/)
})

test('a tarball without one of its files, or with a dead link, is refused with its name', () => {
  const folder = temporary()
  const top = join(folder, 'package')
  const manifest = { name: 'x', version: '1.0.0', exports: { '.': './bundle/index.js', './b': './bundle/b.js' } }
  const files = { LICENSE: '', 'CHANGELOG.md': '', 'src/index.ts': '', 'bundle/index.js': '', 'README.md': '' }
  const pack = (changed: Record<string, string>) => {
    rmSync(top, { recursive: true, force: true })
    for (const [name, text] of Object.entries({ ...files, 'package.json': JSON.stringify(manifest), ...changed })) {
      mkdirSync(join(top, name, '..'), { recursive: true })
      writeFileSync(join(top, name), text)
    }
    execFileSync('tar', ['-czf', join(folder, 'x.tgz'), '-C', folder, 'package'])
    return () => verifyContents(join(folder, 'x.tgz'), temporary())
  }
  assert.throws(pack({}), /the tarball misses bundle\/b\.js$/)
  assert.throws(
    pack({ 'bundle/b.js': '', 'README.md': '[a](docs/a.md)' }),
    /dead links: README\.md:1: docs\/a\.md: no such file$/,
  )
  const heading = { 'bundle/b.js': '', 'README.md': '[a](docs/a.md#b)', 'docs/a.md': '# A\n' }
  assert.throws(pack(heading), /README\.md:1: docs\/a\.md#b: docs\/a\.md has no such heading$/)
  assert.not.throws(pack({ 'bundle/b.js': '', 'README.md': '[a](LICENSE) and `[b](c)` of\n\n```\n[b](c)\n```\n' }))
})

test.run()
