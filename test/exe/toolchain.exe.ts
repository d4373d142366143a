import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
// @ts-expect-error: a script without types
import { provideToolchain as untyped } from '../../scripts/lib/toolchain.mjs'

/** Compiles a small program with the toolchain of the executable: static executables with musl, for both machines. */

interface Toolchain {
  readonly cc: string
  readonly flags: readonly string[]
  readonly env: NodeJS.ProcessEnv
}
const provideToolchain = untyped as (machine: string) => Toolchain

const test = suite('the toolchain')

const folder = mkdtempSync(join(tmpdir(), 'netloom-toolchain-'))
test.after(() => rmSync(folder, { recursive: true }))

/** Calls functions of libc, libm, the kernel and libgcc (128-bit division). */
const program = `
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#ifdef __GLIBC__
#error the headers are of another libc
#endif
int main(int argc, char **argv) {
  double half = atof(argv[1]);
  unsigned __int128 big = (unsigned __int128)1 << (60 + argc);
  int refused = setns(-1, 0);
  printf("%.3f %llu %d %s %d\\n", cos(half), (unsigned long long)(big / (7 * argc)), refused, strerror(errno), IFNAMSIZ);
}
`

const machines = {
  x64: { elf: 62, starter: process.arch === 'x64' ? 'env' : undefined },
  arm64: { elf: 183, starter: process.env.NETLOOM_ARM64 },
}

/** Constants of elf.h. */
const PT = { INTERP: 3, GNU_STACK: 0x6474e551, GNU_RELRO: 0x6474e552 }
const PF = { X: 1, W: 2 }

/** Reads the machine and the program headers of a 64-bit little-endian ELF file. */
function elfOf(file: string) {
  const bytes = readFileSync(file)
  const first = Number(bytes.readBigUInt64LE(32))
  const headers = Array.from({ length: bytes.readUInt16LE(56) }, (_, index) => {
    const at = first + index * bytes.readUInt16LE(54)
    return { type: bytes.readUInt32LE(at), flags: bytes.readUInt32LE(at + 4) }
  })
  return { magic: bytes.toString('latin1', 0, 6), machine: bytes.readUInt16LE(18), headers }
}

for (const [machine, { elf, starter }] of Object.entries(machines))
  test(`compiles static executables for ${machine}`, () => {
    const { cc, flags, env } = provideToolchain(machine)
    const [source, object, executable] = ['c', 'o', 'exe'].map((ending) => join(folder, `${machine}.${ending}`))
    writeFileSync(source!, program)
    for (const args of [
      ['-O2', '-Wall', '-Werror', '-c', source!, '-o', object!],
      [object!, '-lm', '-o', executable!],
    ]) {
      const { status, stderr } = spawnSync(cc, [...flags, ...args], { env, encoding: 'utf8' })
      assert.equal({ status, stderr }, { status: 0, stderr: '' })
    }

    const { magic, machine: machineNumber, headers } = elfOf(executable!)
    const types = headers.map(({ type }) => type)
    assert.is(magic, '\x7fELF\x02\x01')
    assert.is(machineNumber, elf)
    assert.ok(types.length > 0 && !types.includes(PT.INTERP), `program headers: ${types}`)

    // An executable for x64 cannot be started on arm64.
    if (machine === 'x64' && process.arch !== 'x64') return
    assert.ok(
      starter,
      'NETLOOM_ARM64, which npm run test:exe sets, must contain the command that starts arm64 executables',
    )
    const [started = '', ...args] = starter.split(' ')
    const { status, stdout } = spawnSync(started, [...args, executable!, '0.5'], { encoding: 'utf8' })
    // 2^62 / 14, and musl's message for EBADF.
    assert.equal({ status, stdout }, { status: 0, stdout: '0.878 329406144173384850 -1 Bad file descriptor 16\n' })
  })

test('hardens the executables', () => {
  const names = [process.arch === 'x64' ? 'tap' : 'tap-linux-x64', process.arch === 'arm64' ? 'tap' : 'tap-linux-arm64']
  for (const name of names) {
    const { headers } = elfOf(fileURLToPath(new URL(`../../packages/cni-tap/dist/${name}`, import.meta.url)))
    const writable = headers.filter(({ flags }) => flags & PF.W)
    assert.ok(writable.length > 0 && writable.every(({ flags }) => !(flags & PF.X)), `${name}: writable and executable`)
    for (const type of [PT.GNU_STACK, PT.GNU_RELRO])
      assert.ok(
        headers.some((each) => each.type === type),
        name,
      )
  }
  for (const machine of Object.keys(machines)) {
    const { cc, flags, env } = provideToolchain(machine)
    const [source, object] = [join(folder, 'guarded.c'), join(folder, `${machine}-guarded.o`)]
    writeFileSync(source, 'void use(char *); int f(void) { char name[16]; use(name); return name[0]; }\n')
    assert.is(spawnSync(cc, [...flags, '-O2', '-c', source, '-o', object], { env }).status, 0)
    assert.ok(readFileSync(object, 'latin1').includes('__stack_chk_fail'), `${machine}: expected a stack protector`)
  }
})

test('rejects other machines', () => {
  assert.throws(() => provideToolchain('riscv64'), /expected x64 or arm64, got riscv64/)
})

test.run()
