import { defined } from '../values/objects.js'
import { program } from './action-packet-words.js'
import { basic } from './ematch-words.js'
import { flower } from './flower-words.js'
import { classid, hardware, hardwareFlags, unlessZero } from './offload-words.js'
import { u32 } from './u32-words.js'
import { computed, count, flag, plain } from './words.js'

export const matchall = computed({ classid, ...hardware }, ({ classid: id, ...rest }) =>
  defined({ classid: id, flags: unlessZero(hardwareFlags(rest)) }),
)

export const fw = computed(
  {
    /** Bits of the mark that are compared. */
    mask: count,
    classid,
  },
  ({ mask, classid: id }) => defined({ mask, classid: id }),
)

export const route = computed({ to: count, from: count, classid }, ({ to, from, classid: id }) =>
  defined({ to, from, classid: id }),
)

const DIRECT = 1

export const bpf = computed(
  {
    classid,
    /** A program of classic BPF. */
    ops: program,
    /** File descriptor of a program of eBPF. */
    fd: count,
    name: plain<string>,
    /** True: the program returns the verdict. */
    directAction: flag,
    ...hardware,
  },
  ({ classid: id, ops, fd, name, directAction, ...rest }) =>
    defined({
      classid: id,
      ...{ opsLen: ops?.length, ops, fd, name, flags: directAction ? DIRECT : undefined },
      flagsGen: unlessZero(hardwareFlags(rest)),
    }),
)

/** The words of the options of filters, by kind. */
export const filterWords = { matchall, fw, route, bpf, u32, flower, basic }
