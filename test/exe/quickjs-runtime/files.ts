import * as fs from 'node:fs'
import { type Cases, outcome } from './cases.js'

/**
 * Created by the test: `file` with known contents, `empty`, `folder` with `a` and `\xff`, `link`, `fifo`,
 * `no-interpreter`.
 */
const folder = process.env.TEST_FOLDER ?? ''
const at = (name: string) => `${folder}/${name}`

function kindOf(stat: () => fs.Stats) {
  return outcome(() => {
    const { dev, ino, mode, rdev, ...is } = stat()
    return [dev, ino, mode, rdev, stat().isFile(), stat().isFIFO(), stat().isCharacterDevice(), typeof is]
  })
}

const paths = ['file', 'folder', 'fifo', 'link', 'missing', 'file/below', 'nul\0here', 'x'.repeat(300)]

function withOpen<T>(path: string, flags: string | number, use: (fd: number) => T): T {
  const fd = fs.openSync(path, flags)
  try {
    return use(fd)
  } finally {
    fs.closeSync(fd)
  }
}

export const fileCases: Cases = {
  stat: () => [...paths.map(at), '/dev/null', '/proc/self/ns/net'].map((path) => kindOf(() => fs.statSync(path))),
  fstat: () => [withOpen(at('file'), 'r', (fd) => kindOf(() => fs.fstatSync(fd))), kindOf(() => fs.fstatSync(987))],
  statfs: () => ['/proc', '/sys', folder, at('missing')].map((path) => outcome(() => fs.statfsSync(path).type)),
  readlink: () => ['link', 'file', 'missing'].map((name) => outcome(() => fs.readlinkSync(at(name)))),
  readdir: () => ['folder', 'file', 'missing'].map((name) => outcome(() => fs.readdirSync(at(name)).sort())),
  'readFile, utf8': () =>
    ['file', 'empty', 'missing', 'folder'].map((name) => outcome(() => fs.readFileSync(at(name), 'utf8'))),
  'readFile, latin1': () => outcome(() => fs.readFileSync(at('file'), 'latin1')),
  'readFile of a file without a size': () => fs.readFileSync('/proc/self/status', 'latin1').startsWith('Name:\t'),
  writeFile: () => {
    const path = at(`written-${process.pid}`)
    const wrong = ['folder', 'missing/below'].map((name) => outcome(() => fs.writeFileSync(at(name), 'x')))
    const texts = ['first, which is longer', 'second', ''].map((text) => {
      fs.writeFileSync(path, text)
      return fs.readFileSync(path, 'utf8')
    })
    return [wrong, texts, (fs.statSync(path).mode & 0o777).toString(8)]
  },
  'open with flags': () => {
    const { O_RDONLY, O_RDWR, O_NONBLOCK } = fs.constants
    return [O_RDONLY, O_RDWR | O_NONBLOCK, O_RDONLY | O_NONBLOCK].map((flags) =>
      outcome(() => withOpen(at('file'), flags, (fd) => fs.readlinkSync(`/proc/self/fd/${fd}`))),
    )
  },
  'open for reading and writing': () => [
    outcome(() => withOpen(at('file'), 'r+', () => 'open')),
    outcome(() => withOpen(at('missing'), 'r+', () => 'open')),
  ],
  'open sets O_CLOEXEC': () =>
    withOpen(at('file'), 'r', (fd) => /^flags:\t0?2/m.test(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))),
  'read in pieces': () =>
    withOpen(at('file'), 'r', (fd) => {
      const piece = Buffer.alloc(5)
      return [0, 1, 2].map(() => [fs.readSync(fd, piece), piece.toString('latin1')])
    }),
  'write in pieces': () =>
    withOpen(at(`pieces-${process.pid}`), 'w', (fd) => {
      const lengths = [fs.writeSync(fd, Buffer.from('0123456789'), 4), fs.writeSync(fd, Buffer.from('ab'))]
      return [lengths, fs.readFileSync(at(`pieces-${process.pid}`), 'utf8')]
    }),
  'lone surrogates': () => {
    fs.writeFileSync(at('odd-\ud83d'), 'x\udc00')
    return [
      fs.readdirSync(folder).filter((name) => name.startsWith('odd-')),
      fs.readFileSync(at('odd-\udfff'), 'latin1'),
      outcome(() => fs.statSync(at('missing-\ud83d'))),
    ]
  },
  'write to a full device and pipe': () => [
    withOpen('/dev/full', 'w', (fd) => outcome(() => fs.writeSync(fd, Buffer.from('x')))),
    withOpen(at('fifo'), fs.constants.O_RDWR | fs.constants.O_NONBLOCK, (fd) => [
      fs.writeSync(fd, Buffer.alloc(100_000)),
      outcome(() => fs.writeSync(fd, Buffer.alloc(100_000))),
    ]),
  ],
  'read from an invalid descriptor': () => outcome(() => fs.readSync(987, Buffer.alloc(1))),
  'write to a read-only descriptor': () =>
    withOpen(at('file'), 'r', (fd) => outcome(() => fs.writeSync(fd, Buffer.from('x')))),
  'append to a file': () => {
    const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW, O_NOCTTY } = fs.constants
    const flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NOCTTY
    const append = (path: string) =>
      outcome(() => {
        const fd = fs.openSync(path, flags, 0o640)
        try {
          return [fs.fstatSync(fd).mode.toString(8), fs.writeSync(fd, Buffer.from('line\n'))]
        } finally {
          fs.closeSync(fd)
        }
      })
    const results = [append(at('appended')), append(at('appended')), append(at('link'))]
    return [...results, fs.readFileSync(at('appended'), 'latin1').slice(-10)]
  },
  'the time': () => {
    const text = new Date().toISOString()
    return [
      /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text),
      Date.now() > 1.7e12,
      new Date(1e12 + 5).toISOString(),
    ]
  },
  'read from an empty pipe': () =>
    withOpen(at('fifo'), fs.constants.O_RDWR | fs.constants.O_NONBLOCK, (fd) =>
      outcome(() => fs.readSync(fd, Buffer.alloc(1))),
    ),
}
