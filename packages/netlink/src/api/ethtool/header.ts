import type { EthtoolHeaderAttrs } from '../../generic/ethtool/index.js'
import { type LinkRef, linkKey } from '../values/link-ref.js'
import { defined } from '../values/objects.js'

/** The header of a request: the link, and flags. */
export type Header = Pick<EthtoolHeaderAttrs, 'devIndex' | 'devName' | 'flags'>

/** Returns the header of a request about a link. ethtool accepts alternative names in place of names. @throws {TypeError} */
export function headerOf(link: LinkRef, flags?: number): Header {
  const { index, attrs } = linkKey('link', link)
  return defined({ devIndex: index, devName: attrs?.ifname ?? attrs?.altIfname, flags }) as Header
}
