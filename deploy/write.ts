// Writes the manifests: `write.ts FOLDER [IMAGE DIGEST]`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deployFiles } from './files.js'

const [folder = '', name, digest] = process.argv.slice(2)
const image = name !== undefined && digest !== undefined ? { name, digest } : undefined
for (const [file, text] of Object.entries(deployFiles(image))) writeFileSync(join(folder, file), text)
