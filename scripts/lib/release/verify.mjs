import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expanded } from '../import-patterns.mjs'
import { path, rootPackage } from '../repo.mjs'
import { sha256 } from '../seal.mjs'
import { deadLinks } from '../site/links.mjs'
import { provideStarter } from '../toolchain.mjs'
import { packageNames, ReleaseError } from './facts.mjs'
import { architectures, notices } from './plugin-archive.mjs'
import { provideSkopeo } from './skopeo.mjs'

const text = (program, args, options = {}) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 2 ** 28, ...options })

function attempt(problems, what, check) {
  try {
    check()
    console.log(`verified ${what}`)
  } catch (error) {
    const output = [error.message.split('\n')[0], error.stdout, error.stderr].filter((part) => part?.trim())
    problems.push(`${what}: ${output.join('\n').trim()}`)
  }
}

function expectEqual(what, found, expected) {
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`expected ${what} ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`)
}

/** Unpacks an archive of the plugin, compares the checksums next to it, and runs the plugin. */
function verifyArchive(machine, { version }, archive, work) {
  const folder = join(work, `run-${machine}`)
  mkdirSync(folder, { recursive: true })
  for (const algorithm of ['sha256', 'sha512'])
    text(`${algorithm}sum`, ['--check', '--status', `${archive}.${algorithm}`], { cwd: join(archive, '..') })
  text('tar', ['-xzf', archive, '-C', folder])
  expectEqual('files', readdirSync(folder).sort(), ['README.md', 'tap', ...Object.keys(notices)].sort())
  expectEqual('mode', statSync(join(folder, 'tap')).mode & 0o7777, 0o755)
  const [program, ...args] = [...provideStarter(machine), join(folder, 'tap')]
  const input = JSON.stringify({ cniVersion: '1.1.0' })
  const answer = JSON.parse(text(program, args, { input, env: { CNI_COMMAND: 'VERSION' } }))
  expectEqual('cniVersion', answer.cniVersion, '1.1.0')
  const printed = text(program, [...args, '--version'], { env: {} })
  if (!printed.includes(version)) throw new Error(`expected version ${version}, got ${printed.trim()}`)
}

/** Names the files of package.json that a tarball lacks. */
function missingFiles(manifest, files) {
  const texts = (value) => (typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(texts))
  const { exports, imports, bin } = manifest
  const named = texts([exports, imports, bin]).flatMap(expanded)
  const wanted = ['LICENSE', 'README.md', 'CHANGELOG.md', 'src/index.ts', ...named]
  return wanted.map((file) => file.replace(/^\.\//, '')).filter((file) => !files.includes(file))
}

/** Checks the files of a tarball, and that no relative link of its pages is dead. */
export function verifyContents(tarball, work) {
  const folder = join(work, `unpacked-${basename(tarball, '.tgz')}`)
  mkdirSync(folder, { recursive: true })
  text('tar', ['-xzf', tarball, '-C', folder])
  const top = join(folder, 'package')
  const files = readdirSync(top, { recursive: true })
  const missing = missingFiles(JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')), files)
  if (missing.length > 0) throw new Error(`the tarball misses ${missing.join(', ')}`)
  const dead = deadLinks(
    top,
    files.filter((file) => file.endsWith('.md')),
  )
  if (dead.length > 0) throw new Error(`dead links: ${dead.join(', ')}`)
}

/** Installs all tarballs in an empty folder, and type-checks and runs a program that imports every entry point. */
function verifyInstalled(tarballs, work) {
  const folder = join(work, 'installed')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const types = `@types/node@${rootPackage().devDependencies['@types/node']}`
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
  text('npm', ['install', ...quiet, ...tarballs, types], { cwd: folder })
  const imports = packageNames.flatMap((name) => {
    const { name: full, exports } = JSON.parse(readFileSync(path('packages', name, 'package.json'), 'utf8'))
    const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'))
    return entries.map((entry) => `import * as m${sha256(full + entry).slice(0, 8)} from '${full}${entry.slice(1)}'`)
  })
  const uses = imports.map(
    (line) => `if (Object.keys(${line.split(' ')[3]}).length === 0) throw new Error('no exports')`,
  )
  const program = `${[...imports, ...uses].join('\n')}\n`
  writeFileSync(join(folder, 'program.ts'), program)
  writeFileSync(join(folder, 'program.js'), program)
  const compilerOptions = { module: 'nodenext', target: 'es2023', types: ['node'], strict: true, noEmit: true }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
  text(path('node_modules/.bin/tsc'), ['-p', '.'], { cwd: folder })
  text(process.execPath, ['program.js'], { cwd: folder })
}

/** Checks a tarball with publint and are-the-types-wrong. The packages are ES modules, which Node 20.19 also require()s. */
function verifyTypes(tarball) {
  text(path('node_modules/.bin/publint'), ['run', tarball, '--strict'])
  text(path('node_modules/.bin/attw'), [tarball, '--profile', 'esm-only', '--no-emoji'])
}

/** Lets skopeo(1) read the image: its platforms, and the layer of each. */
function verifyImage({ version }, { file, digest: expected }) {
  const { program, env } = provideSkopeo()
  const inspect = (...args) =>
    JSON.parse(text(program, ['inspect', ...args, `oci-archive:${file}:v${version}`], { env }))
  const index = inspect('--raw')
  const names = Object.values(architectures)
  expectEqual(
    'architectures',
    index.manifests.map(({ platform }) => platform.architecture),
    names,
  )
  for (const name of names) {
    const { Digest, Architecture, Layers } = inspect('--override-arch', name)
    expectEqual('architecture', Architecture, name)
    expectEqual('digest', Digest, expected)
    expectEqual('number of layers', Layers.length, 1)
  }
}

async function verifySbom(file) {
  const { Validation, Spec } = await import('@cyclonedx/cyclonedx-library')
  const bytes = readFileSync(file, 'utf8')
  const problem = await new Validation.JsonStrictValidator(
    Spec.Version[`v1dot${JSON.parse(bytes).specVersion[2]}`],
  ).validate(bytes)
  return problem && JSON.stringify(problem)
}

/**
 * Verifies what was made, as its users take it: unpacks and runs each archive, installs and type-checks each tarball, reads the
 * image with skopeo, and validates the bills of materials.
 * @throws {ReleaseError} that names every file with a fault
 */
export async function verify(facts, { archives, tarballs, image, sboms }, work) {
  const problems = []
  for (const [machine, architecture] of Object.entries(architectures)) {
    const archive = archives.find((file) => file.endsWith(`${architecture}-v${facts.version}.tgz`))
    attempt(problems, basename(archive), () => verifyArchive(machine, facts, archive, work))
  }
  for (const tarball of tarballs)
    attempt(problems, basename(tarball), () => {
      verifyContents(tarball, work)
      verifyTypes(tarball)
    })
  attempt(problems, 'the tarballs in an empty folder', () => verifyInstalled(tarballs, work))
  attempt(problems, basename(image.file), () => verifyImage(facts, image))
  for (const sbom of sboms) {
    const problem = await verifySbom(sbom)
    attempt(problems, basename(sbom), () => {
      if (problem) throw new Error(problem)
    })
  }
  if (problems.length > 0) throw new ReleaseError(problems)
}
