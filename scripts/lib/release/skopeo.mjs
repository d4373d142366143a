import { join } from 'node:path'
import { providePackages } from '../debian.mjs'
import { capture, path } from '../repo.mjs'

/** Libraries that skopeo of bookworm links, apart from the libc. */
const libraries = [
  'libgpgme11',
  'libassuan0',
  'libgpg-error0',
  'libdevmapper1.02.1',
  'libudev1',
  'libselinux1',
  'libpcre2-8-0',
]

/**
 * Provides skopeo(1): the installed one, or else Debian's, unpacked. Returns the program and the environment to run it in.
 * @throws {Error} if it is unavailable
 */
export function provideSkopeo() {
  if (capture('skopeo', ['--version'])) return { program: 'skopeo', env: process.env }
  const folder = path('.cache', 'debian', 'skopeo')
  const program = 'usr/bin/skopeo'
  const reason = providePackages(folder, { suite: 'bookworm', packages: ['skopeo', ...libraries], files: [program] })
  if (reason) throw new Error(`skopeo is unavailable: ${reason}`)
  const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch]
  const env = { ...process.env, LD_LIBRARY_PATH: ['usr/lib', 'lib'].map((lib) => join(folder, lib, triplet)).join(':') }
  return { program: join(folder, program), env }
}
