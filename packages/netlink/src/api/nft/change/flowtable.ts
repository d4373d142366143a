import { BOOLEAN, LIST } from '../../values/accepted.js'
import type { NftMessage } from '../compile/messages.js'
import type { NewNftFlowtable } from '../spec.js'
import { flowtableFlags } from '../types/flags.js'
import { nftFamilyNumber, priorityNumber } from '../types/names.js'
import { check, creating, named, place } from './change.js'

/** Returns the message that adds a flow table. @throws {TypeError} */
export function flowtableMessage(flowtable: NewNftFlowtable): NftMessage {
  const keys = { ...named, priority: 1, devices: LIST, offload: BOOLEAN, counter: BOOLEAN }
  check('flowtable', flowtable, keys, 'table', 'name', 'devices')
  const { family, table, name, priority = 'filter', devices, offload, counter } = flowtable
  const flags = (offload ? flowtableFlags.offload : 0) | (counter ? flowtableFlags.counter : 0)
  const hook = { num: 0, priority: priorityNumber('inet', priority), devs: { name: devices } }
  return {
    ...{ name: 'NFT_MSG_NEWFLOWTABLE', family: nftFamilyNumber(family), options: creating },
    attrs: { table, name, hook, ...(flags !== 0 && { flags }) },
    object: place('flowtable', flowtable),
  }
}
