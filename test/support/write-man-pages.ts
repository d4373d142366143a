import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { manPages } from './man-pages.js'
import './built.js'

const folder = new URL('../../packages/netlink/man/', import.meta.url)
const pages = await manPages()
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
for (const [name, text] of pages) writeFileSync(new URL(name, folder), text)
