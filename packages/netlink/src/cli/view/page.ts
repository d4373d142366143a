import { existsSync, readFileSync } from 'node:fs'
import { printable } from '../../codec/index.js'

/** Marks the place of the capture in the page. */
const PLACE = '<!--capture-->'

/** Returns the page of `packages/viewer`, which the bundle contains. @throws {Error} `ENOENT` if it was not built */
export function viewerPage(): string {
  const manifest = import.meta.resolve('@netloom/netlink/package.json')
  const file = new URL('bundle/viewer.html', manifest)
  if (!existsSync(file))
    throw Object.assign(new Error(`ENOENT: expected the page at ${file.pathname}: it was not built`), {
      code: 'ENOENT',
    })
  return readFileSync(file, 'utf8')
}

const escaped = (text: string) => printable(text).replace(/[&<>"]/g, (each) => `&#${each.codePointAt(0)};`)

/** Splits the page at the place of the capture: the bytes of the capture go in between, as base64. */
export function pageAround(name: string): { readonly before: string; readonly after: string } {
  const page = viewerPage()
  const at = page.indexOf(PLACE)
  return {
    before: `${page.slice(0, at)}<script type="application/octet-stream" id="capture" data-name="${escaped(name)}">`,
    after: `</script>${page.slice(at + PLACE.length)}`,
  }
}
