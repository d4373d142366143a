import { array, centiseconds, i32, struct, u8, u16, u32, u64, writtenAs } from '../../../codec/index.js'
import { actionResult } from '../constants.js'

/** `tc_gen`, linux/pkt_cls.h: the first members of each action's parameters. */
export const tcGen = {
  index: u32, // 0: chosen by the kernel
  capab: u32,
  action: actionResult, // verdict on the packet
  refcnt: i32,
  bindcnt: i32,
}

const age = writtenAs(u64, centiseconds)

/** `struct tcf_t`, linux/pkt_cls.h: ages in hundredths of a second; 0: never */
export const tcfT = struct(
  'tcf_t',
  { install: age, lastuse: age, expires: age, firstuse: age },
  { growable: true }, // older kernels end before `firstuse`
)

/** `struct sock_filter`, linux/filter.h: a classic BPF instruction */
export const sockFilter = struct('sock_filter', { code: u16, jt: u8, jf: u8, k: u32 })

/** A classic BPF program. */
export const bpfOps = array(sockFilter)
