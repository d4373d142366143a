import { addressOf, check, libcFunction } from '@netloom/netlink/socket'

/** linux/prctl.h, linux/seccomp.h, linux/filter.h, linux/audit.h */
const PR_SET_NO_NEW_PRIVS = 38
const PR_SET_SECCOMP = 22
const SECCOMP_MODE_FILTER = 2
const SECCOMP_RET_ALLOW = 0x7fff0000
const SECCOMP_RET_ERRNO = 0x00050000
const LOAD = 0x20 // BPF_LD | BPF_W | BPF_ABS
const JUMP_IF_EQUAL = 0x15 // BPF_JMP | BPF_JEQ | BPF_K
const JUMP_IF_ANY_SET = 0x45 // BPF_JMP | BPF_JSET | BPF_K
const RETURN = 0x06 // BPF_RET | BPF_K

/** Offsets in `struct seccomp_data`, linux/seccomp.h, on little-endian machines. */
const NUMBER = 0
const SECOND_ARGUMENT = 24
const THIRD_ARGUMENT = 32

function instruction(code: number, ifTrue: number, ifFalse: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code)
  bytes.set([ifTrue, ifFalse], 2)
  bytes.writeUInt32LE(value, 4)
  return bytes
}

/** Selects calls. */
interface Selection {
  /** Only calls with this second argument. */
  readonly second?: number
  /** Only calls whose third argument has one of these bits. */
  readonly thirdBits?: number
}

/** Makes a system call of this thread fail with an error, as in a sandbox. Cannot be undone. */
export function forbid(errno: number, number: number, { second, thirdBits }: Selection = {}): void {
  const conditions = [
    { at: NUMBER, jump: JUMP_IF_EQUAL, value: number },
    ...(second === undefined ? [] : [{ at: SECOND_ARGUMENT, jump: JUMP_IF_EQUAL, value: second }]),
    ...(thirdBits === undefined ? [] : [{ at: THIRD_ARGUMENT, jump: JUMP_IF_ANY_SET, value: thirdBits }]),
  ]
  const program = Buffer.concat([
    // A condition that does not hold skips the rest of them and the refusal.
    ...conditions.flatMap(({ at, jump, value }, index) => [
      instruction(LOAD, 0, 0, at),
      instruction(jump, 0, 2 * (conditions.length - 1 - index) + 1, value),
    ]),
    instruction(RETURN, 0, 0, SECCOMP_RET_ERRNO + errno),
    instruction(RETURN, 0, 0, SECCOMP_RET_ALLOW),
  ])
  const header = Buffer.alloc(16)
  header.writeUInt16LE(program.length / 8)
  header.writeBigUInt64LE(addressOf(program), 8)
  const prctl = libcFunction('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)')
  check('prctl', prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
  check('prctl', prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, Number(addressOf(header)), 0, 0))
}
