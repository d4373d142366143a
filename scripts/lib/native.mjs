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

/** As QuickJS's own Makefile compiles it; what is not used the linker leaves out. */
const flags = ['-O2', '-fwrapv', '-fno-math-errno', '-D_GNU_SOURCE', '-ffunction-sections', '-fdata-sections']
const own = ['-std=gnu11', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-missing-field-initializers']
// Another gcc than ours may warn of more: that is not for those who only want the executable.
const ownFlags = strict() ? [...own, '-Werror'] : own

const engine = ['quickjs', 'libregexp', 'libunicode', 'cutils', 'dtoa']
const parts = ['main', 'stack', 'values', 'libc', 'files', 'bytes', 'process', 'child', 'spawn', 'sha256', 'json']
/** QuickJS's memory: with an image of it in the executable, or without one. */
const memory = { imaged: ['arena', 'image'], plain: ['heap'] }

const nativeFile = (name) => path('packages', 'quickjs-runtime', 'native', `${name}.c`)

/** A compiler for a machine, which throws where it does not succeed; `identity` tells what it compiles from what another would. */
function compilerFor(machine, { cc, env, flags: toolchain } = provideToolchain(machine)) {
  const all = [...toolchain, ...flags]
  const compile = (...args) => {
    if (!run(cc, [...all, ...args], { env })) throw new Error(`${args.at(-1)} could not be made`)
  }
  const version = capture(cc, ['--version'], { env })
  return { compile, identity: [machine, version, ...all.map((flag) => flag.replaceAll(root, '.'))] }
}

/** Puts a sealed folder in place. If another process did so meanwhile, that one stays. */
function replace(work, folder) {
  try {
    renameSync(work, folder)
  } catch {
    if (isIntact(folder)) return
    rmSync(folder, { recursive: true, force: true })
    renameSync(work, folder)
  }
}

/**
 * QuickJS as objects for a machine. They are compiled again for another version, with another compiler or other flags, and if a file
 * has changed.
 */
function provideEngine({ compile, identity }, source) {
  const version = readFileSync(join(source, 'VERSION'), 'utf8').trim()
  const key = sha256(JSON.stringify([identity, basename(source)])).slice(0, 12)
  const [machine] = identity
  const folder = path('.cache', 'engine', `${machine}-${version}-${key}`)
  if (!isIntact(folder)) {
    if (existsSync(folder)) console.error(`! ${folder} is not as it was made`)
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

/** The names of `modules` in `folder` as C, with their bytecode. */
function writePrograms(folder, modules, source) {
  const compiler = compilerFor(process.arch)
  const tool = join(folder, 'compile')
  const objects = provideEngine(compiler, source)
  compiler.compile(...ownFlags, '-isystem', source, nativeFile('compile'), ...objects, '-lm', '-o', tool)
  const file = join(folder, 'programs.c')
  const output = openSync(file, 'w')
  try {
    if (!run(tool, [folder, ...modules], { stdio: ['ignore', output, 'inherit'] }))
      throw new Error('there is no bytecode')
  } finally {
    closeSync(output)
  }
  return file
}

/** The first thing an executable does is to write the image of its memory; with that in it, it is whole. */
function withImage(machine, bare) {
  const [image, made] = [`${bare}.image`, `${bare}.whole`]
  const { objcopy, env } = provideToolchain(machine)
  const [starter, ...args] = [...provideStarter(machine), bare]
  const output = openSync(image, 'w')
  const isWritten = run(starter, args, { stdio: ['ignore', output, 'inherit'] })
  closeSync(output)
  if (!isWritten) throw new Error(`there is no image: ${readFileSync(image, 'latin1').slice(0, 1000)}`)
  if (!run(objcopy, ['--update-section', `.image=${image}`, bare, made], { env }))
    throw new Error('objcopy has not put the image in')
  return made
}

/** Compiles and links all but the image. */
function linkBare(compiler, folder, modules, files, flags) {
  const source = provideQuickjs()
  const sources = [...files.map(nativeFile), writePrograms(folder, modules, source)]
  const [machine] = compiler.identity
  const include = ['-isystem', source, '-I', path('packages', 'quickjs-runtime', 'native'), `-DARCH="${machine}"`]
  const bare = join(folder, 'bare')
  compiler.compile(...ownFlags, ...include, ...sources, ...provideEngine(compiler, source), ...flags, '-lm', '-o', bare)
  return bare
}

/** Makes of JavaScript modules in `folder` a static executable for a machine, `outfile`. */
export function link(machine, folder, modules, outfile) {
  const files = [...parts, ...memory.imaged]
  const bare = linkBare(compilerFor(machine), folder, modules, files, ['-Wl,--gc-sections', '-s'])
  settle(withImage(machine, bare), outfile)
}

/** The same for this machine, with sanitizers. */
export function linkSanitized(folder, modules, outfile) {
  const compiler = compilerFor(process.arch, provideSanitizers())
  settle(linkBare(compiler, folder, modules, [...parts, ...memory.plain], []), outfile)
}

/** In one step, as the one that is there may be running; that cannot be done from one file system to another. */
function settle(made, outfile) {
  mkdirSync(dirname(outfile), { recursive: true })
  const beside = `${outfile}.${process.pid}`
  try {
    copyFileSync(made, beside)
    renameSync(beside, outfile)
  } finally {
    rmSync(beside, { force: true })
  }
}
