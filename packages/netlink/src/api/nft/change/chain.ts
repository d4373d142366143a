import { ArgumentError } from '../../../codec/error.js'
import { NF, NFT_CHAIN } from '../../../netfilter/index.js'
import { LIST } from '../../values/accepted.js'
import type { NftMessage } from '../compile/messages.js'
import type { NewNftChain } from '../spec.js'
import { baseHook } from '../types/base-chain.js'
import { nftFamilyNumber } from '../types/names.js'
import { numberOfWord } from '../types/words.js'
import { COMMENT, check, creating, named, place, userdataOf } from './change.js'

/** Returns the message that adds a chain. @throws {TypeError} */
export function chainMessage(chain: NewNftChain): NftMessage {
  const keys = { ...named, type: 1, hook: 1, priority: 1, policy: 1, devices: LIST, comment: COMMENT }
  check('chain', chain, keys, 'table', 'name')
  const { family = 'inet', table, name, type = 'filter', hook, priority = 'filter', policy, devices, comment } = chain
  if (hook === undefined && (chain.type ?? chain.priority ?? policy ?? devices) !== undefined)
    throw new ArgumentError(`expected chain ${name} to have a hook, because it has a type, priority, policy or devices`)
  numberOfWord('type', { filter: 0, nat: 1, route: 2 }, type)
  const base = hook !== undefined && {
    type,
    hook: {
      ...baseHook(chain, type, priority),
      ...(devices?.length === 1 && { dev: devices[0] as string }),
      ...(devices !== undefined && devices.length > 1 && { devs: { name: devices } }),
    },
    flags: NFT_CHAIN.BASE,
  }
  const attrs = {
    ...{ table, name },
    ...base,
    ...(policy !== undefined && { policy: numberOfWord('policy', { accept: NF.ACCEPT, drop: NF.DROP }, policy) }),
    ...userdataOf(comment),
  }
  return {
    ...{ name: 'NFT_MSG_NEWCHAIN', family: nftFamilyNumber(family), attrs, options: creating },
    object: place('chain', chain),
  }
}
