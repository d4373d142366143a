/**
 * The class of decoded bytes: Node's Buffer, or `portable-buffer.ts` in browsers. `#buffer` in package.json selects it. The
 * codec imports it from here, because browsers have no global `Buffer`.
 */
export { Buffer } from '#buffer'
