import { LIST } from '../../values/accepted.js'
import type { NftMessage } from '../compile/messages.js'
import { NAME } from '../expression/lookup.js'
import type { NewNftTable } from '../spec.js'
import { tableFlags } from '../types/flags.js'
import { nftFamilyNumber } from '../types/names.js'
import { UDATA, type UserdataParts } from '../types/userdata.js'
import { bitsIn } from '../types/words.js'
import { COMMENT, check, creating, place, userdataOf } from './change.js'

/** Returns the message that adds a table. @throws {TypeError} */
export function tableMessage(table: NewNftTable): NftMessage {
  check('table', table, { family: 1, name: NAME, flags: LIST, comment: COMMENT, program: COMMENT }, 'name')
  const { name, flags, comment, program } = table
  const others: UserdataParts = program === undefined ? [] : [[UDATA.TABLE_PROGRAM, program]]
  const attrs = {
    ...{ name, flags: bitsIn('flags', tableFlags, flags) },
    ...userdataOf(comment, UDATA.COMMENT, others),
  }
  return {
    ...{ name: 'NFT_MSG_NEWTABLE', family: nftFamilyNumber(table.family), attrs, options: creating },
    object: place('table', table),
  }
}
