import { ETH_P } from '../../../constants/index.js'
import { handleText, TCA_CLS_FLAGS } from '../../../route/index.js'
import type { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { addressKeys, ipKeys } from './tc-flower-keys.js'
import { innerType, linkKeys, type PacketType } from './tc-flower-link.js'
import { conntrackKeys, tunnelKeys } from './tc-flower-state.js'
import type { Word } from './words.js'

/** Numbers of the header of a filter. */
export interface FilterHeader {
  readonly protocol: number
  readonly handle: number
}

/** Returns the words of a kind apart from its actions; undefined if tc would send something else. */
export type Filter = (options: Members, header: FilterHeader, request: SaidRequest) => readonly Word[] | undefined

/** Returns the words of TCA_CLS_FLAGS. */
export function offloadWords(flags: number): Word[] | undefined {
  const words = [
    [TCA_CLS_FLAGS.SKIP_HW, 'skip_hw'],
    [TCA_CLS_FLAGS.SKIP_SW, 'skip_sw'],
  ] as const
  if ((flags & ~(TCA_CLS_FLAGS.SKIP_HW | TCA_CLS_FLAGS.SKIP_SW)) !== 0) return undefined
  return words.flatMap(([bit, word]) => ((flags & bit) === 0 ? [] : [word]))
}

/** Options of flower. Keys that have no word here are left, so that there is no command. */
export const flowerWords: Filter = (options, { protocol }) => {
  const type = options.number('keyEthType')
  // tc takes it from the protocol of the filter.
  if (type !== (protocol === ETH_P.ALL ? undefined : protocol)) return undefined
  const flags = options.number('flags')
  // tc always writes the flags.
  if (flags === undefined) return undefined
  const offload = offloadWords(flags & ~TCA_CLS_FLAGS.VERBOSE)
  const packet: PacketType = { outer: protocol, inner: innerType(options, protocol), ip: options.number('keyIpProto') }
  const indev = options.text('indev')
  const classid = options.number('classid')
  // A key decides which ones may follow.
  const keys: Word[] = []
  for (const read of [linkKeys, addressKeys, ipKeys, tunnelKeys, conntrackKeys]) {
    const words = read(options, packet)
    if (words === undefined) return undefined
    keys.push(...words)
  }
  return (
    offload && [
      ...(indev === undefined ? [] : ['indev', indev]),
      ...keys,
      ...(classid === undefined ? [] : ['classid', handleText(classid)]),
      ...((flags & TCA_CLS_FLAGS.VERBOSE) === 0 ? [] : ['verbose']),
      ...offload,
    ]
  )
}
