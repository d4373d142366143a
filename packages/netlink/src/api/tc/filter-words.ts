import { defined } from '../values/objects.js'
import { program } from './action-packet-words.js'
import { filter, hardwareFlags, offloadFilter, unlessZero } from './offload-words.js'
import { count, flag, plain } from './words.js'

export const matchall = offloadFilter({}, ({ classid, ...rest }) =>
  defined({ classid, flags: unlessZero(hardwareFlags(rest)) }),
)

export const fw = filter(
  {
    /** Bits of the mark that are compared. Default: all. */
    mask: count,
  },
  ({ mask, classid }) => defined({ mask, classid }),
)

export const route = filter(
  {
    /** Realm of the destination: 0 to 255. */
    to: count,
    /** Realm of the source: 0 to 255. */
    from: count,
  },
  ({ to, from, classid }) => defined({ to, from, classid }),
)

const DIRECT = 1

export const bpf = offloadFilter(
  {
    /** Program of classic BPF: a list of `{ code, jt, jf, k }`. tc: `bytecode`. */
    ops: program,
    /** File descriptor of a program of eBPF. */
    fd: count,
    /** Name of the program of eBPF, for people. */
    name: plain<string>,
    /** True: the program returns the verdict. Default: false. tc: `direct-action`. */
    directAction: flag,
  },
  ({ classid, ops, fd, name, directAction, ...rest }) =>
    defined({
      classid,
      ...{ opsLen: ops?.length, ops, fd, name, flags: directAction ? DIRECT : undefined },
      flagsGen: unlessZero(hardwareFlags(rest)),
    }),
)
