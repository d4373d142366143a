/** The parts of `node:fs` that the plugin uses. */
import * as files from 'native:files'
import * as libc from 'native:libc'
import { errno } from 'native:process'
import { Buffer } from './buffer.js'
import { badArgument, failure } from './errors.js'

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_APPEND, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW, O_DIRECTORY } = files

export const constants = {
  O_RDONLY,
  O_WRONLY,
  O_RDWR,
  O_CREAT,
  O_EXCL,
  O_APPEND,
  O_NONBLOCK,
  O_NOCTTY,
  O_NOFOLLOW,
  O_DIRECTORY,
}

const flagsOf = {
  r: files.O_RDONLY,
  'r+': files.O_RDWR,
  w: files.O_WRONLY | files.O_CREAT | files.O_TRUNC,
}

/** Mode of new files, before umask(2). */
const newFileMode = 0o666

/**
 * Repeats a call while signals interrupt it.
 * @throws {Error} as Node does
 */
function make<T>(syscall: string, path: string | undefined, call: () => T | number): T {
  for (;;) {
    const result = call()
    if (typeof result !== 'number' || result >= 0) return result as T
    if (result !== -(errno.EINTR as number)) throw failure(result, syscall, path)
  }
}

/** Replaces lone surrogates in the path, which JSON may contain but UTF-8 cannot. */
function makeOn<T>(syscall: string, named: string, call: (path: string) => T | number): T {
  const path = named.toWellFormed()
  if (path.includes('\0')) throw badArgument('path', path)
  return make(syscall, path, () => call(path))
}

export function openSync(path: string, flags: number | keyof typeof flagsOf, mode: number = newFileMode): number {
  const bits = typeof flags === 'number' ? flags : flagsOf[flags]
  return makeOn<number>('open', path, (named) => files.open(named, bits, mode))
}

/** Closes a descriptor. Ignores errors of close(2): the descriptor is closed anyway, and its number may be in use again. */
export function closeSync(fd: number): void {
  libc.close(fd)
}

export const readSync = (fd: number, bytes: Uint8Array) =>
  make<number>('read', undefined, () => libc.read(fd, bytes, bytes.length))

export const writeSync = (fd: number, bytes: Uint8Array, at = 0) =>
  make<number>('write', undefined, () => libc.write(fd, bytes.subarray(at), bytes.length - at))

type Status = [dev: number, ino: number, mode: number, rdev: number, size: number, ctimeMs: number]

function statusOf([dev, ino, mode, rdev, size, ctimeMs]: Status) {
  const is = (type: number) => () => (mode & files.S_IFMT) === type
  return {
    dev,
    ino,
    mode,
    rdev,
    size,
    ctimeMs,
    isFile: is(files.S_IFREG),
    isFIFO: is(files.S_IFIFO),
    isCharacterDevice: is(files.S_IFCHR),
  }
}

export const statSync = (path: string) => statusOf(makeOn<Status>('stat', path, files.stat))

export const fstatSync = (fd: number) => statusOf(make<Status>('fstat', undefined, () => files.stat(fd)))

export const statfsSync = (path: string) => ({ type: makeOn<number>('statfs', path, files.statfs) })

export const readlinkSync = (path: string) => makeOn<string>('readlink', path, files.readlink)

export const readdirSync = (path: string) => makeOn<string[]>('scandir', path, files.readdir)

export const unlinkSync = (path: string) => void makeOn('unlink', path, files.unlink)

export const renameSync = (from: string, to: string) =>
  void makeOn('rename', from, (source) => files.rename(source, to.toWellFormed()))

export const fsyncSync = (fd: number) => void make('fsync', undefined, () => files.fsync(fd))

export const fchmodSync = (fd: number, mode: number) => void make('fchmod', undefined, () => files.fchmod(fd, mode))

const chunkSize = 4096

export function readFileSync(path: string, encoding: 'utf8' | 'latin1'): string {
  const fd = openSync(path, 'r')
  try {
    const chunks: Buffer[] = []
    for (;;) {
      const chunk = Buffer.alloc(chunkSize)
      const length = readSync(fd, chunk)
      if (length === 0) return Buffer.concat(chunks).toString(encoding)
      chunks.push(chunk.subarray(0, length))
    }
  } finally {
    closeSync(fd)
  }
}

export function writeFileSync(path: string, text: string): void {
  const fd = openSync(path, 'w')
  try {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
  } finally {
    closeSync(fd)
  }
}
