export enum ExportContent {
  /** the records that the own school has entered, numbers in clear */
  FULL = 'FULL',
  /** counts of the levels below */
  SUMMARY = 'SUMMARY',
}

export enum ExportFormat {
  CSV = 'CSV',
  NDJSON = 'NDJSON',
}
