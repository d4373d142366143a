import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Netlink } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkOperations, servers } from '../support/api-in-editor.js'
import { scratch, skipped } from '../support/netns.js'
import { missing } from '../support/privileges.js'

// A variable, because TypeScript requires declarations for a literal, and the scripts have none.
const scripts = '../../scripts/lib/runtimes.mjs'
const { provideRuntime } = await import(scripts)

const repo = fileURLToPath(new URL('../..', import.meta.url))
const readJson = (...parts: string[]) => JSON.parse(readFileSync(join(...parts), 'utf8'))
const { devDependencies } = readJson(repo, 'package.json')

/** Each package, with the packages to install with it, because nothing is published yet. */
const packages = {
  netlink: ['netlink'],
  packet: ['netlink', 'packet'],
  tuntap: ['netlink', 'packet', 'tuntap'],
  'cni-tap': ['netlink', 'packet', 'tuntap', 'cni-tap'],
}

// Without coverage: the copies below do not count.
const env = { ...process.env, NODE_V8_COVERAGE: '', NODE_OPTIONS: '' }

function run(cwd: string, program: string, ...args: string[]): string {
  try {
    return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`)
  }
}

/** Packs the package as for publishing, and returns the archive. */
function pack(name: string, into: string): string {
  const folder = join(repo, 'packages', name)
  const before = new Set(readdirSync(into))
  run(folder, 'npm', 'pack', '--pack-destination', into)
  const created = readdirSync(into).filter((file) => !before.has(file))
  assert.is(created.length, 1, `npm pack of ${name} created ${created}`)
  return join(into, created[0] as string)
}

/** Lists the files that members of package.json name, without `./`. */
function named({ exports, imports, bin, man }: Readonly<Record<string, unknown>>): string[] {
  const texts = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values((value ?? {}) as object).flatMap(texts)
  return texts([exports, imports, bin, man]).map((file) => file.replace(/^\.\//, ''))
}

/** True if the archive has the file, or one for each name that a pattern of `imports` may have. */
function isThere(file: string, files: readonly string[]): boolean {
  if (!file.includes('*')) return files.includes(file)
  const [before = '', after = ''] = file.split('*')
  return domains().every((name) => files.includes(`${before}${name}${after}`))
}

/** Lists the parts of the API that are loaded on their first use. */
const domains = () =>
  Object.entries(Object.getOwnPropertyDescriptors(Netlink.prototype)).flatMap(([name, { get }]) => (get ? [name] : []))

/** Lists what a program may import: the package's name, and the entry points of its `exports`. */
function entryPoints(name: string): string[] {
  const { name: full, exports } = readJson(repo, 'packages', name, 'package.json')
  const paths = Object.keys(exports ?? {}).filter((path) => !path.endsWith('.json'))
  return paths.map((path) => `${full}${path.slice(1)}`)
}

const consumerConfig = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2023',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  },
}

/** Writes the same program as an ES module and as CommonJS. It imports every entry point and checks that each exports something. */
function writeConsumers(folder: string, imports: readonly string[]): void {
  const checks = imports
    .map((_, index) => `if (Object.keys(m${index}).length === 0) throw new Error('no exports')`)
    .join('\n')
  const esm = imports.map((name, index) => `import * as m${index} from '${name}'`)
  const cjs = imports.map((name, index) => `import m${index} = require('${name}')`)
  const required = imports.map((name, index) => `const m${index} = require('${name}')`)
  writeFileSync(join(folder, 'types.mts'), `${esm.join('\n')}\n${checks}\n`)
  writeFileSync(join(folder, 'types.cts'), `${cjs.join('\n')}\n${checks}\n`)
  writeFileSync(join(folder, 'run.mjs'), `${esm.join('\n')}\n${checks}\n`)
  writeFileSync(join(folder, 'run.cjs'), `${required.join('\n')}\n${checks}\n`)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...consumerConfig, files: ['types.mts', 'types.cts'] }))
}

const test = suite('npm pack')
const archives = new Map<string, string>()
const folders: string[] = []

function temporary(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `netloom-${name}-`))
  folders.push(folder)
  return folder
}

test.before(() => {
  const folder = temporary('pack')
  for (const name of Object.keys(packages)) archives.set(name, pack(name, folder))
})

test.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

for (const name of Object.keys(packages)) {
  test(`${name}: the archive contains the right files`, () => {
    const files = run(tmpdir(), 'tar', '-tzf', archives.get(name) as string)
      .split('\n')
      .map((file) => file.replace(/^package\//, ''))
    for (const file of [
      'package.json',
      'LICENSE',
      'src/index.ts',
      ...named(readJson(repo, 'packages', name, 'package.json')),
    ])
      assert.ok(isThere(file, files), `${file} is missing`)
    assert.equal(
      files.filter((file) => /tsbuildinfo|\.test\.|node_modules/.test(file)),
      [],
    )
  })

  test(`${name}: every source map leads to a source in the archive`, () => {
    const folder = temporary(`maps-${name}`)
    run(folder, 'tar', '-xzf', archives.get(name) as string)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const maps = files.filter((file) => file.endsWith('.map'))
    assert.ok(maps.some((file) => file.includes('/bundle/')) && maps.some((file) => file.endsWith('.d.ts.map')))
    const sources = maps.flatMap((file) =>
      readJson(folder, file).sources.map((source: string) => join(dirname(file), source)),
    )
    assert.equal(
      sources.filter((source) => !files.includes(source)),
      [],
    )
  })
}

for (const [name, together] of Object.entries(packages)) {
  test(`${name}: installs, can be imported and required, and type-checks in an empty folder`, () => {
    const folder = temporary(name)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
    const types = `@types/node@${devDependencies['@types/node']}`
    const wanted = [...together.map((part) => archives.get(part) as string), types]
    run(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', ...wanted)

    writeConsumers(folder, together.flatMap(entryPoints))
    run(folder, process.execPath, 'run.mjs')
    run(folder, process.execPath, 'run.cjs')
    // Node 22 is the first line in which every release can require() ES modules.
    const node22 = provideRuntime('node 22')
    run(folder, node22, 'run.mjs')
    run(folder, node22, 'run.cjs')
    run(folder, join(repo, 'node_modules/.bin/tsc'), '-p', '.')
  })
}

/** Uses the types that programs of @netloom/tuntap use. A wrong option must be an error. */
const tuntapProgram = `
import type { Readable } from 'node:stream'
import { type DeviceEvent, FrameError, forward, TunTap } from '@netloom/tuntap'
import { TunTapDevice, type TunTapError } from '@netloom/tuntap/device'

export async function use(tap: TunTap, device: TunTapDevice, error: TunTapError | FrameError): Promise<unknown> {
  for await (const frame of tap) frame.readUInt16BE(12)
  for await (const batch of tap.batches({ depth: 8 })) batch[0]?.copy(batch[0])
  await tap.readable.pipeTo(tap.writable)
  const readable: Readable = tap.duplex()
  await using listener = tap.start((frame) => void frame.length)
  const events: AsyncIterable<DeviceEvent> = tap.events({ signal: AbortSignal.timeout(1) })
  // @ts-expect-error: an unknown option
  TunTap.create({ mode: 'tap', nme: 'tap0' })
  // @ts-expect-error: a device of this entry point cannot be read
  device.read()
  return [readable, listener, events, forward(tap, tap), device.filters.last()?.address, error.code]
}
`

const compilers = { 'TypeScript 5.9': 'typescript-5/lib/tsc.js', 'TypeScript 7': '.bin/tsc' }
const resolutions = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
}

for (const [compiler, program] of Object.entries(compilers))
  for (const [resolution, options] of Object.entries(resolutions))
    test(`tuntap: ${compiler} accepts a program, with moduleResolution ${resolution}`, () => {
      const folder = installed('tuntap')
      writeFileSync(join(folder, 'program.mts'), tuntapProgram)
      const compilerOptions = { ...consumerConfig.compilerOptions, ...options, lib: ['es2023', 'esnext.disposable'] }
      const config = join(folder, 'tsconfig.program.json')
      writeFileSync(config, JSON.stringify({ compilerOptions, files: ['program.mts', 'types.mts'] }))
      const path = join(repo, 'node_modules', program)
      const command = path.endsWith('.js') ? [process.execPath, path] : [path]
      run(folder, ...(command as [string]), '-p', config)
    })

/** Returns the folder in which a package was installed. */
const installed = (name: string) => realpathSync(folders.find((path) => path.includes(`netloom-${name}-`)) as string)

for (const [server, start] of Object.entries(servers))
  test(`netlink: in an editor with ${server}, definitions lead to the sources of the installed package`, () => {
    const folder = installed('netlink')
    return checkOperations(start, folder, join(folder, 'node_modules/@netloom/netlink'))
  })

test('netlink: a program loads the bundle, and each class exists once', () => {
  const program = `
    import { strictEqual } from 'node:assert'
    import { createRequire } from 'node:module'
    import { SystemError, Netlink, NETLINK } from '@netloom/netlink'
    import * as socket from '@netloom/netlink/socket'
    import * as dissect from '@netloom/netlink/dissect'
    const required = createRequire(import.meta.url)('@netloom/netlink')
    strictEqual(socket.SystemError, SystemError)
    strictEqual(dissect.NETLINK, NETLINK)
    strictEqual(required.Netlink, Netlink)
    console.log(import.meta.resolve('@netloom/netlink'))`
  const printed = run(installed('netlink'), process.execPath, '--input-type=module', '-e', program)
  assert.match(printed, /\/bundle\/index\.js\n$/)
})

test('netlink: the installed program prints its version and its help', () => {
  const program = join(installed('netlink'), 'node_modules/.bin/netloom')
  assert.is(run(tmpdir(), program, '--version').trim(), readJson(repo, 'packages/netlink/package.json').version)
  assert.match(run(tmpdir(), program, '--help'), /decode[\s\S]*dump[\s\S]*monitor/)
})

test('cni-tap: the installed program answers VERSION', () => {
  const folder = installed('cni-tap')
  const answer = execFileSync(join(folder, 'node_modules/.bin/tap'), {
    env: { PATH: process.env.PATH, CNI_COMMAND: 'VERSION' },
    input: '{"cniVersion":"1.0.0"}',
    encoding: 'utf8',
  })
  assert.ok(JSON.parse(answer).supportedVersions.includes('1.0.0'), answer)
})

test('cni-tap: the installed program attaches, checks and detaches', () => {
  const lack = missing('netns', 'tun')
  if (lack !== undefined) return skipped(`the installed plugin: ${lack}`)
  const folder = installed('cni-tap')
  using namespace = scratch()
  const call = (command: string, more: object = {}) =>
    execFileSync(join(folder, 'node_modules/.bin/tap'), {
      env: {
        ...{ PATH: process.env.PATH, CNI_COMMAND: command, CNI_CONTAINERID: 'packed', CNI_IFNAME: 'tap0' },
        ...{ CNI_NETNS: namespace.path, CNI_PATH: folder },
      },
      input: JSON.stringify({ cniVersion: '1.1.0', name: 'packed', type: 'tap', mtu: 1400, ...more }),
      encoding: 'utf8',
    })
  const prevResult = JSON.parse(call('ADD'))
  assert.equal(
    namespace.ip('link').map(({ ifname, mtu }) => [ifname, mtu]),
    [
      ['lo', 65536],
      ['tap0', 1400],
    ],
  )
  call('CHECK', { prevResult })
  call('DEL', { prevResult })
  assert.is(namespace.ip('link').length, 1)
})

test.run()
