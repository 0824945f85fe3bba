/** The folder of the built page: static files, which any web server can serve under any path. */
export const appFolder: URL = new URL('../dist/app/', import.meta.url)
