import { ArgumentError, show } from '../../codec/error.js'
import { TCP } from '../../diag/states.js'

/** The states of sockets, with the words of `ss`, and their numbers. */
const states = {
  established: TCP.ESTABLISHED,
  'syn-sent': TCP.SYN_SENT,
  'syn-recv': TCP.SYN_RECV,
  'fin-wait-1': TCP.FIN_WAIT1,
  'fin-wait-2': TCP.FIN_WAIT2,
  'time-wait': TCP.TIME_WAIT,
  unconnected: TCP.CLOSE,
  'close-wait': TCP.CLOSE_WAIT,
  'last-ack': TCP.LAST_ACK,
  listening: TCP.LISTEN,
  closing: TCP.CLOSING,
  'new-syn-recv': TCP.NEW_SYN_RECV,
  'bound-inactive': TCP.BOUND_INACTIVE,
} as const

/** State of a socket, with the words of `ss`. A socket that is neither connected nor listens is `unconnected`. */
export type SocketState = keyof typeof states

/** All states: bit `1 << state` for each one that a kernel may know. */
const ALL = Object.values(states).reduce((bits, state) => bits | (1 << state), 0)

const without = (...words: SocketState[]) => words.reduce((bits, word) => bits & ~(1 << states[word]), ALL)

/** Sets of states, with the words of `ss`, and other words for single ones. */
const sets = {
  all: ALL,
  connected: without('unconnected', 'listening', 'bound-inactive'),
  synchronized: without('unconnected', 'listening', 'bound-inactive', 'syn-sent'),
  bucket: (1 << states['syn-recv']) | (1 << states['time-wait']),
  big: without('syn-recv', 'time-wait'),
  closed: 1 << states.unconnected,
} as const

/** A set of states, with the words of `ss`. */
export type SocketStateSet = keyof typeof sets

const wordsByNumber = new Map<number, SocketState>(
  Object.entries(states).map(([word, number]) => [number, word as SocketState]),
)

/** Returns the word of a state; its number if this library does not know it. */
export const stateWord = (state: number): SocketState | number => wordsByNumber.get(state) ?? state

function bitsOf(word: unknown): number {
  if (typeof word === 'string') {
    if (Object.hasOwn(states, word)) return 1 << states[word as SocketState]
    if (Object.hasOwn(sets, word)) return sets[word as SocketStateSet]
  }
  const words = [...Object.keys(sets), ...Object.keys(states)].join(', ')
  throw new ArgumentError(`expected state of filter to be one of ${words}, or a list of them, got ${show(word)}`)
}

/** Returns the bits of some states; of all if none are given. @throws {TypeError} */
export function stateBits(state: unknown): number {
  if (state === undefined) return ALL
  const words: readonly unknown[] = Array.isArray(state) ? state : [state]
  if (words.length === 0) throw new ArgumentError('expected state of filter to have at least one state, got []')
  return words.reduce<number>((bits, word) => bits | bitsOf(word), 0)
}

/** Returns the number of a state. */
export const stateNumber = (state: SocketState | number): number => (typeof state === 'number' ? state : states[state])
