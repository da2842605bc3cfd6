import express, { type RequestHandler } from 'express'

/** Maps change seldom; a browser asks again after an hour whether its copy still holds. */
const MAX_AGE_SECONDS = 3_600

/**
 * Serves the files of a folder with maps: whole, or in the ranges a PMTiles reader asks for (RFC 9110 § 14). Nothing above the folder and nothing hidden (a name that begins with a dot)
 * is given, and no list of what is there. Without a folder there is nothing.
 */
export function mapFiles(folder: string | undefined): readonly RequestHandler[] {
  if (folder === undefined) return []
  return [
    express.static(folder, {
      index: false,
      redirect: false,
      dotfiles: 'ignore',
      maxAge: MAX_AGE_SECONDS * 1_000,
    }),
  ]
}
