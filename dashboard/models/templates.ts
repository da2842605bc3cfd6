/** What every new model says first. */
const head = (protocol: string, kind: string, en: string, zh: string): string => `{
  "model": "acme-one",
  "maker": "Acme",
  "title": { "en": "${en}", "zh": "${zh}" },
  "kind": "${kind}",
  "protocol": "${protocol}",
  "source": "manual, edition, table",
  "verified": "not yet: no frame of it was seen",`

/** A beginning for each protocol: sound as it is, so that what follows from a change is seen at once. */
export const templates: Readonly<Record<string, string>> = {
  modbus: `${head('modbus', 'electricity-meter', 'Acme One meter', 'Acme One 电表')}
  "read": { "function": 3, "firstAddress": 0, "order": "ABCD", "largestBlock": 60, "largestGap": 0, "every": "10s", "groups": { "energy": "15m" } },
  "points": [
    { "field": "voltageL1", "address": 0, "type": "u16", "scale": 0.1 },
    { "field": "activePower", "address": 1, "type": "s32", "scale": 0.001 },
    { "field": "importEnergy", "address": 3, "type": "u32", "scale": 0.01, "every": "energy" }
  ]
}
`,
  dlt645: `${head('dlt645', 'electricity-meter', 'Acme One meter', 'Acme One 电能表')}
  "read": { "every": "60s", "timeout": "2s" },
  "points": [
    { "di": "00010000", "field": "importEnergy", "every": "15m" },
    { "di": "02010100", "field": "voltageL1" },
    { "di": "02030000", "field": "activePower" }
  ]
}
`,
  cjt188: `${head('cjt188', 'water-meter', 'Acme One water meter', 'Acme One 水表')}
  "type": "10",
  "read": { "every": "15m", "timeout": "2s" },
  "points": [{ "item": "total", "field": "total" }, { "item": "batteryLow", "field": "batteryLow" }]
}
`,
  hj212: `${head('hj212', 'worksite', 'Acme One dust station', 'Acme One 扬尘监测站')}
  "minuteData": "1m",
  "points": [
    { "factor": "a34004", "value": "Rtd", "field": "pm25", "unit": "µg/m³" },
    { "factor": "a34002", "value": "Rtd", "field": "pm10", "unit": "µg/m³" }
  ]
}
`,
  jt808: `${head('jt808', 'bus', 'Acme One terminal', 'Acme One 车载终端')}
  "points": [
    { "from": "speed", "field": "speed" },
    { "from": "heading", "field": "heading" },
    { "from": "mileage", "field": "odometer" }
  ]
}
`,
  sparkplug: `${head('sparkplug', 'electricity-meter', 'Acme One node', 'Acme One 边缘节点')}
  "points": [{ "metric": "Voltage/L1", "field": "voltageL1" }, { "metric": "Energy/Import", "field": "importEnergy" }]
}
`,
  telemetry: `${head('telemetry', 'bus', 'Acme One bus unit', 'Acme One 车载单元')}
  "proto": "citygate/telemetry/v1/telemetry.proto",
  "message": "citygate.telemetry.v1.Telemetry",
  "items": "batch.items",
  "time": { "path": "bus.fix_time_ms", "unit": "ms" },
  "position": { "latitude": { "path": "bus.latitude" }, "longitude": { "path": "bus.longitude" } },
  "points": [{ "path": "bus.speed_kmh", "field": "speed" }, { "path": "bus.heading_deg", "field": "heading" }]
}
`,
}
