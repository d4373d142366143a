import type { Buffer } from '../../codec/buffer.js'
import { none } from '../../connection/flags.js'
import type { EthtoolModuleEepromAttrs } from '../../generic/ethtool/index.js'
import { type Operation, requestOf } from '../run/operation.js'
import { integers, U8 } from '../values/accepted.js'
import type { LinkRef } from '../values/link-ref.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import { headerOf } from './header.js'
import type { EthtoolModulePage } from './types.js'

/** ETH_MODULE_EEPROM_PAGE_LEN, linux/ethtool_netlink.h: a request must not cross a half of a page. */
const PAGE_LENGTH = 128

/** Address of the memory of a module on its I2C bus. */
const MEMORY = 0x50

const keys = {
  ...{ offset: integers(0, 2 * PAGE_LENGTH - 1), length: integers(1, PAGE_LENGTH), page: U8, bank: U8 },
  i2cAddress: integers(0, 0x7f),
} satisfies Record<keyof EthtoolModulePage, unknown>

/** Reads a part of the memory of a module. */
export function* readModule(link: LinkRef, part: EthtoolModulePage): Operation<Uint8Array> {
  const header = headerOf(link)
  checkKeys('part', part, keys)
  requireKeys('part', part, 'offset', 'length')
  const { page = 0, bank = 0, i2cAddress = MEMORY, offset, length } = part
  const attrs: EthtoolModuleEepromAttrs = { header, offset, length, page, bank, i2cAddress }
  const [reply] = yield requestOf('read', 'ETHTOOL_MSG_MODULE_EEPROM_GET', { attrs }, none)
  return (reply as { readonly attrs: { readonly data?: Buffer } }).attrs.data ?? new Uint8Array()
}
