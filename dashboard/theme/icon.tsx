/** Line icons on a grid of 24, drawn with 1.8 px strokes in the text's colour. */
const paths = {
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 21 21',
  close: 'M6 6l12 12M18 6 6 18',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5',
  key: 'M8 18.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M11.2 10.8 19.5 2.5M15.5 6.5l3 3M8 14h.01',
  enrol: 'M14 4h5v16h-5M4 12h10M10.5 8l4 4-4 4',
  system: 'M3 5h18v11H3zM8 20h8M12 16v4',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M3 12h18M12 3c3 3.2 3 14.8 0 18M12 3c-3 3.2-3 14.8 0 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
  map: 'M9 4 3 6.5v13L9 17l6 3 6-2.5v-13L15 7zM9 4v13M15 7v13',
  list: 'M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01',
  pulse: 'M3 12h4l2.5-7 5 14 2.5-7h4',
  locate: 'M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12M12 2v4M12 18v4M2 12h4M18 12h4',
  measure: 'M3.5 16.5l13-13 4 4-13 13zM7 13l2 2M10 10l2.5 2.5M13 7l2 2',
  districts: 'M3.5 6.5l6-2.5v13l-6 2.5zM9.5 4l5 3v13l-5-3M14.5 7l6-2v12.5l-6 2.5M4 12l5.500 1.500 5-2.500 6 2',
  wall: 'M3 5h18v12H3zM9 21h6M12 17v4M7 9V8h2M15 8h2v1M17 13v1h-2M9 14H7v-1',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  chevronUp: 'M5 15l7-7 7 7',
  chevronDown: 'M5 9l7 7 7-7',
  live: 'M12 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3M8 16a5.5 5.5 0 0 1 0-8M16 8a5.5 5.5 0 0 1 0 8M5 19a10 10 0 0 1 0-14M19 5a10 10 0 0 1 0 14',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3.5 2',
  offline:
    'M4 4l16 16M8.5 15.5a5 5 0 0 1 6.5-.6M5 12a10 10 0 0 1 5-2.8M14.5 9.3A10 10 0 0 1 19 12M2 8.5A15 15 0 0 1 6.5 5.7M10.5 4.6A15 15 0 0 1 22 8.5M12 19h.01',
  warning: 'M12 4 2.5 20h19zM12 10v4.5M12 17.3h.01',
  flask: 'M9 3h6M10 3v6l-5.5 9.5A1.7 1.7 0 0 0 6 21h12a1.7 1.7 0 0 0 1.5-2.5L14 9V3M7.5 15h9',
  bytes: 'M4 6h5v5H4zM15 6h5v5h-5zM4 15h5v5H4zM15 15h5v5h-5z',
  book: 'M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2zM5 18a2 2 0 0 1 2-2h12M9 8h6M9 11.5h4',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20a7.5 7.5 0 0 1 15 0',
  people: 'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 19a6.5 6.5 0 0 1 13 0M16 5a3.3 3.3 0 0 1 0 6.4M17.5 14a6 6 0 0 1 4 5',
  organisation: 'M4 20V5.500h9V20M13 10h7v10M2.500 20h19M7 9h3M7 12.500h3M7 16h3M16 13.500h1.500M16 17h1.500',
  leave: 'M14 5H5v14h9M10 12h11M17.5 8.5 21 12l-3.5 3.5',
  rejected: 'M5 4h14v16H5zM9 9.5l6 6M15 9.5l-6 6',
  model: 'M12 3l8 4.500v9L12 21l-8-4.500v-9zM4 7.500l8 4.500 8-4.500M12 12v9',
  plug: 'M9 3v5M15 3v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4',
  contrast: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 3v18M12 8h7.5M12 12h9M12 16h7.5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.6-1.6',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M9.2 9.3a2.8 2.8 0 1 1 4.3 2.4c-1 .6-1.5 1.1-1.5 2.3M12 17h.01',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M7 14h10',
  meter: 'M4.2 17.5a9 9 0 1 1 15.6 0M12 14l4-5.5M8 17.5h8M6.5 12h.01M12 7.5h.01M17.5 12h.01',
  crane: 'M7 21V4h13M7 4 3.5 7.5H20M16.5 7.5V12M14.5 12h4v3h-4zM4 21h6M7 11l0 0M7 16l0 0',
  bus: 'M5 5h14v12H5zM5 12h14M8 17v2.5M16 17v2.5M8 14.5h.01M16 14.5h.01M9 8.5h6',
  save: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4.5 20h15',
  sunrise: 'M3 19h18M6 15a6 6 0 0 1 12 0M12 3v4M4.5 8.5l2 2M19.5 8.5l-2 2M9.5 5.5 12 3l2.5 2.5',
  back: 'M9 7 4 12l5 5M4 12h11a5 5 0 0 1 0 10h-2',
  chevronLeft: 'M15 5l-7 7 7 7',
  chevronRight: 'M9 5l7 7-7 7',
  details: 'M4 5h16v14H4zM4 10h16M10 10v9',
  replay: 'M4 12a8 8 0 1 0 2.6-5.9M4 4.5V9h4.5M12 8v4.3l3 1.7',
  play: 'M8 5v14l11-7z',
  pause: 'M8.5 5v14M15.5 5v14',
  stepBack: 'M17 6l-8 6 8 6zM6.5 6v12',
  stepOn: 'M7 6l8 6-8 6zM17.5 6v12',
  check: 'M4.5 12.5l5 5 10-11',
} as const

export type IconName = keyof typeof paths

/** An icon beside a text or inside a labelled button: itself silent for screen readers. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  )
}
