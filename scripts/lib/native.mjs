import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { capture, path, root, run, strict } from './repo.mjs'
import { isIntact, sealFolder, sha256 } from './seal.mjs'
import { provideQuickjs, provideSanitizers, provideStarter, provideToolchain } from './toolchain.mjs'

/** Flags of QuickJS's own Makefile. The linker removes unused sections. */
const flags = ['-O2', '-fwrapv', '-fno-math-errno', '-D_GNU_SOURCE', '-ffunction-sections', '-fdata-sections']
const own = ['-std=gnu11', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-missing-field-initializers']
// Other versions of gcc may report more warnings. Those must not fail a user's build.
const ownFlags = strict() ? [...own, '-Werror'] : own

const engine = ['quickjs', 'libregexp', 'libunicode', 'cutils', 'dtoa']
const parts = ['main', 'stack', 'values', 'libc', 'files', 'bytes', 'process', 'child', 'spawn', 'sha256', 'json']
/** QuickJS's memory: with an image of it in the executable, or without. */
const memory = { imaged: 'arena', plain: 'heap' }

const nativeFile = (name) => path('packages', 'quickjs-runtime', 'native', `${name}.c`)

/** Returns a compiler for a machine, which throws if it fails. `identity` differs for compilers that give different objects. */
function compilerFor(machine, { cc, env, flags: toolchain } = provideToolchain(machine)) {
  const all = [...toolchain, ...flags]
  const compile = (...args) => {
    if (!run(cc, [...all, ...args], { env })) throw new Error(`${args.at(-1)} could not be compiled`)
  }
  const version = capture(cc, ['--version'], { env })
  return { compile, identity: [machine, version, ...all.map((flag) => flag.replaceAll(root, '.'))] }
}

/** Moves a sealed folder into place. If another process was faster, keeps that process's folder. */
function replace(work, folder) {
  try {
    renameSync(work, folder)
  } catch {
    if (isIntact(folder)) return
    rmSync(folder, { recursive: true, force: true })
    renameSync(work, folder)
  }
}

/** Compiles QuickJS to objects for a machine. Compiles again for another version, compiler or flags, and if a file changed. */
function provideEngine({ compile, identity }, source) {
  const version = readFileSync(join(source, 'VERSION'), 'utf8').trim()
  const key = sha256(JSON.stringify([identity, basename(source)])).slice(0, 12)
  const [machine] = identity
  const folder = path('.cache', 'engine', `${machine}-${version}-${key}`)
  if (!isIntact(folder)) {
    if (existsSync(folder)) console.error(`! ${folder} changed since it was compiled`)
    console.log(`compiling QuickJS ${version} for ${machine}`)
    mkdirSync(dirname(folder), { recursive: true })
    const work = mkdtempSync(`${folder}-`)
    try {
      for (const name of engine)
        compile('-w', `-DCONFIG_VERSION="${version}"`, '-c', join(source, `${name}.c`), '-o', join(work, `${name}.o`))
      sealFolder(work)
      replace(work, folder)
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  }
  return engine.map((name) => join(folder, `${name}.o`))
}

/** Writes C code with the names and the bytecode of modules in `folder`. */
function writePrograms(folder, { prepared, others }, source) {
  const compiler = compilerFor(process.arch)
  const tool = join(folder, 'compile')
  const objects = provideEngine(compiler, source)
  compiler.compile(...ownFlags, '-isystem', source, nativeFile('compile'), ...objects, '-lm', '-o', tool)
  const file = join(folder, 'programs.c')
  const output = openSync(file, 'w')
  try {
    if (!run(tool, [folder, String(prepared.length), ...prepared, ...others], { stdio: ['ignore', output, 'inherit'] }))
      throw new Error('compiling to bytecode failed')
  } finally {
    closeSync(output)
  }
  return file
}

/** Runs an executable without an image, which then writes the image of its memory. Returns the executable with the image. */
function withImage(machine, bare) {
  const [image, executable] = [`${bare}.image`, `${bare}.whole`]
  const { objcopy, env } = provideToolchain(machine)
  const [starter, ...args] = [...provideStarter(machine), bare]
  const output = openSync(image, 'w')
  const isWritten = run(starter, args, { stdio: ['ignore', output, 'inherit'] })
  closeSync(output)
  if (!isWritten) throw new Error(`no image was written: ${readFileSync(image, 'latin1').slice(0, 1000)}`)
  if (!run(objcopy, ['--update-section', `.image=${image}`, bare, executable], { env }))
    throw new Error('objcopy could not insert the image')
  return executable
}

/** Compiles and links everything except the image. */
function linkBare(compiler, folder, modules, files, flags) {
  const source = provideQuickjs()
  const sources = [...files.map(nativeFile), writePrograms(folder, modules, source)]
  const [machine] = compiler.identity
  const include = ['-isystem', source, '-I', path('packages', 'quickjs-runtime', 'native'), `-DARCH="${machine}"`]
  const bare = join(folder, 'bare')
  compiler.compile(...ownFlags, ...include, ...sources, ...provideEngine(compiler, source), ...flags, '-lm', '-o', bare)
  return bare
}

/** Links JavaScript modules in `folder`, as `bundle()` returns them, into a static executable for a machine, `outfile`. */
export function link(machine, folder, modules, outfile) {
  const files = [...parts, memory.imaged]
  const bare = linkBare(compilerFor(machine), folder, modules, files, ['-Wl,--gc-sections', '-s'])
  moveIntoPlace(withImage(machine, bare), outfile)
}

/** Links them for this machine, with sanitizers. */
export function linkSanitized(folder, modules, outfile) {
  const compiler = compilerFor(process.arch, provideSanitizers())
  moveIntoPlace(linkBare(compiler, folder, modules, [...parts, memory.plain], []), outfile)
}

/** Moves the executable into place in one step, because the previous one may be running. rename(2) cannot cross file systems. */
function moveIntoPlace(executable, outfile) {
  mkdirSync(dirname(outfile), { recursive: true })
  const temporary = `${outfile}.${process.pid}`
  try {
    copyFileSync(executable, temporary)
    renameSync(temporary, outfile)
  } finally {
    rmSync(temporary, { force: true })
  }
}
