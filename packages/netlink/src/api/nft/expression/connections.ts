import { NFT_OBJECT } from '../../../netfilter/index.js'
import { checkValue } from '../../values/accepted.js'
import { NAME } from './lookup.js'
import { namedObject } from './stateful.js'
import type { Statement } from './statement.js'

/** Leaves the packet out of connection tracking. */
export const notrack = (): Statement => ({ is: 'plain', name: 'notrack', data: {} })

/** Hands the connection to a flow table. */
export function flowAdd(flowtable: string): Statement {
  checkValue('flowtable', flowtable, NAME)
  return { is: 'plain', name: 'flow_offload', data: { tableName: flowtable } }
}

/** Gives the connection a helper that was added with `addCtHelper`: `ct helper set "ftp"`. */
export const setHelper = (name: string): Statement => namedObject(NFT_OBJECT.CT_HELPER, name)
/** Gives the connection timeouts that were added with `addCtTimeout`: `ct timeout set "short"`. */
export const setTimeouts = (name: string): Statement => namedObject(NFT_OBJECT.CT_TIMEOUT, name)
/** Expects connections, as was added with `addCtExpectation`: `ct expectation set "data"`. */
export const setExpectation = (name: string): Statement => namedObject(NFT_OBJECT.CT_EXPECT, name)
