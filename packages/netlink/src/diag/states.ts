import { bitsOf, constants, flagsOf, masked, u32 } from '../codec/index.js'

/**
 * TCP_*, net/tcp_states.h: `state` of the sockets of all families. A request selects states with the bits `1 << state` of
 * `states`.
 */
export const TCP = constants('TCP', {
  ESTABLISHED: 1,
  SYN_SENT: 2,
  SYN_RECV: 3,
  FIN_WAIT1: 4,
  FIN_WAIT2: 5,
  TIME_WAIT: 6,
  CLOSE: 7,
  CLOSE_WAIT: 8,
  LAST_ACK: 9,
  LISTEN: 10,
  CLOSING: 11,
  NEW_SYN_RECV: 12,
  BOUND_INACTIVE: 13,
})

/** The masks of `ss --all`: it sets the bits of all states that its version knows, and bit 0. */
const NEWER = constants('', { ALL: 0x3fff })
const OLDER = constants('', { ALL: 0xfff })

/** `states` of requests: the bits of {@link TCP}. */
export const socketStates = flagsOf(u32, masked(0xffffffff, NEWER), masked(0xffffffff, OLDER), bitsOf(TCP))
