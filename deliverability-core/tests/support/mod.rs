//! Real name servers on loopback: `nsd` serves a zone, `rbldnsd` serves lists.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use deliverability_core::DomainName;
use deliverability_core::dns::{Answer, Hickory, Query, Resolver};

/// A list for `rbldnsd` to serve.
#[derive(Clone, Debug)]
pub struct RblList {
    zone: String,
    code: &'static str,
    listed: Listed,
}

#[derive(Clone, Debug)]
enum Listed {
    These(Vec<IpAddr>),
    Everything,
}

impl RblList {
    /// A list in health: these addresses, and its test point 127.0.0.2 but not 127.0.0.1
    /// (RFC 5782 §5).
    pub fn healthy(zone: &str, listed: &[&str]) -> Self {
        let listed = listed.iter().chain(&["127.0.0.2"]).map(|ip| ip.parse().unwrap()).collect();
        Self { zone: zone.into(), code: "127.0.0.2", listed: Listed::These(listed) }
    }

    /// A list that lists the world.
    pub fn listing_the_world(zone: &str) -> Self {
        Self::answering(zone, "127.0.0.2")
    }

    /// A list that tells every client that it is refused.
    pub fn refusing(zone: &str) -> Self {
        Self::answering(zone, "127.255.255.254")
    }

    /// A list that answers everything with one value.
    pub fn answering(zone: &str, code: &'static str) -> Self {
        Self { zone: zone.into(), code, listed: Listed::Everything }
    }

    /// A list that was emptied, its test point with it.
    pub fn emptied(zone: &str) -> Self {
        Self { zone: zone.into(), code: "127.0.0.2", listed: Listed::These(Vec::new()) }
    }

    /// The same list as master-file text, for a `Zone` in memory. Times to live are the same.
    pub fn zone_text(&self) -> String {
        let owners = match &self.listed {
            Listed::Everything => vec!["*".into()],
            Listed::These(listed) => listed.iter().map(|ip| reversed(*ip)).collect(),
        };
        owners.iter().fold(String::new(), |mut text, owner: &String| {
            let (zone, code, reason) = (&self.zone, self.code, self.reason());
            let _ = writeln!(text, "{owner}.{zone}. {TTL} A {code}\n{owner}.{zone}. {TTL} TXT \"{reason}\"");
            text
        })
    }

    fn reason(&self) -> String {
        format!("see https://{}/", self.zone)
    }

    /// The data set of one address family, as `rbldnsd` reads it.
    fn data(&self, v4: bool) -> String {
        let entries = match &self.listed {
            Listed::Everything => vec![if v4 { "0.0.0.0/0".into() } else { "::/0".into() }],
            Listed::These(listed) => {
                listed.iter().filter(|ip| ip.is_ipv4() == v4).map(ToString::to_string).collect::<Vec<_>>()
            }
        };
        let head = format!("$SOA {TTL} ns.invalid. hostmaster.invalid. 0 600 300 86400 300\n$NS {TTL} ns.invalid.\n");
        format!("{head}:{}:{}\n{}\n", self.code, self.reason(), entries.join("\n"))
    }
}

/// Of every record served, in seconds.
const TTL: u32 = 2100;

/// The labels of an address in a list's zone (RFC 5782 §2.1, §2.4).
fn reversed(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}")
        }
        IpAddr::V6(v6) => {
            let nibbles = v6.octets().into_iter().flat_map(|octet| [octet >> 4, octet & 15]);
            nibbles.rev().map(|nibble| format!("{nibble:x}")).collect::<Vec<_>>().join(".")
        }
    }
}

/// Running servers; they stop when this is dropped.
pub struct Servers {
    nsd: Server,
    rbldnsd: Option<Server>,
    lists: Vec<DomainName>,
    dir: Directory,
}

/// Serves master-file text (every other name does not exist) and lists; `None`, with a loud line,
/// where the servers cannot be installed. Then the test fails if `DELIVERABILITY_REQUIRE_ALL` is
/// set.
///
/// The text may hold neither SOA nor NS records: it is the root zone's.
pub fn serve(zone_text: &str, lists: &[RblList]) -> Option<Servers> {
    static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();
    if let Err(why) = INSTALLED.get_or_init(install) {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "real servers: {why}");
        // Past the test harness, which shows what a passing test prints to nobody.
        let _ = writeln!(std::io::stderr(), "SKIPPED, no real servers: {why}");
        return None;
    }
    let dir = Directory::new();
    let nsd = Server::start(|address| nsd(&dir.path, zone_text, address));
    let rbldnsd = (!lists.is_empty()).then(|| Server::start(|address| rbldnsd(&dir.path, lists, address)));
    Some(Servers { nsd, rbldnsd, lists: lists.iter().map(|list| list.zone.parse().unwrap()).collect(), dir })
}

impl Servers {
    /// Asks `rbldnsd` for names of the lists and `nsd` for all others.
    pub fn resolver(&self) -> RealServers {
        let asking = |server: &Server| Hickory::with_name_servers([server.address]).unwrap();
        RealServers {
            zone: asking(&self.nsd),
            lists: self.lists.clone(),
            list_server: self.rbldnsd.as_ref().map(asking),
        }
    }

    /// Where the lists are served.
    pub fn list_server(&self) -> Option<SocketAddr> {
        self.rbldnsd.as_ref().map(|server| server.address)
    }

    /// What the servers wrote while they ran.
    pub fn log(&self) -> String {
        self.dir.log()
    }
}

/// The servers as one resolver.
#[derive(Debug)]
pub struct RealServers {
    zone: Hickory,
    lists: Vec<DomainName>,
    list_server: Option<Hickory>,
}

#[async_trait]
impl Resolver for RealServers {
    async fn resolve(&self, query: &Query) -> Answer {
        match &self.list_server {
            Some(server) if self.lists.iter().any(|list| query.name.is_within(list)) => server.resolve(query).await,
            _ => self.zone.resolve(query).await,
        }
    }
}

fn install() -> Result<(), String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/install_servers.sh");
    let output = Command::new("sh").arg(script).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(said.lines().last().unwrap_or("no reason given").into()) }
}

fn nsd(dir: &Path, zone_text: &str, address: SocketAddr) -> Command {
    // Relative to the root, names are absolute with or without the final dot.
    let head = format!(
        "$ORIGIN .\n$TTL {TTL}\n@ SOA ns.invalid. hostmaster.invalid. 1 7200 3600 86400 60\n@ NS ns.invalid.\n"
    );
    fs::write(dir.join("root.zone"), head + zone_text + "\n").unwrap();
    let (ip, port, dir) = (address.ip(), address.port(), dir.display());
    let config = format!(
        "server:\n  ip-address: {ip}@{port}\n  username: \"\"\n  zonesdir: \"{dir}\"\n  database: \"\"\n  \
         pidfile: \"\"\n  zonelistfile: \"{dir}/zone.list\"\n  xfrdfile: \"{dir}/xfrd.state\"\n  xfrdir: \"{dir}\"\n  \
         cookie-secret-file: \"{dir}/cookie\"\n  server-count: 1\n  rrl-ratelimit: 0\n\
         remote-control:\n  control-enable: no\n\
         zone:\n  name: \".\"\n  zonefile: \"root.zone\"\n"
    );
    fs::write(format!("{dir}/nsd.conf"), config).unwrap();
    let mut command = server("nsd");
    command.args(["-d", "-c", &format!("{dir}/nsd.conf")]).stderr(log(dir.to_string().as_ref(), "nsd"));
    command
}

fn rbldnsd(dir: &Path, lists: &[RblList], address: SocketAddr) -> Command {
    let mut command = server("rbldnsd");
    command.args(["-n", "-t", &TTL.to_string(), "-w"]).arg(dir);
    command.args(["-b", &format!("{}/{}", address.ip(), address.port())]).stderr(log(dir, "rbldnsd"));
    for list in lists {
        for (v4, kind) in [(true, "ip4trie"), (false, "ip6trie")] {
            let file = format!("{}.{kind}", list.zone);
            fs::write(dir.join(&file), list.data(v4)).unwrap();
            command.arg(format!("{}:{kind}:{file}", list.zone));
        }
    }
    command
}

/// Debian keeps servers where the search path of users may not lead.
fn server(name: &str) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(name);
    command.env("PATH", format!("{path}:/usr/sbin:/sbin")).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn log(dir: &Path, server: &str) -> Stdio {
    fs::OpenOptions::new().create(true).append(true).open(dir.join(format!("{server}.log"))).unwrap().into()
}

struct Server {
    address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts a server on a free port, on another one if somebody else was faster.
    fn start(command: impl Fn(SocketAddr) -> Command) -> Self {
        for _ in 0..5 {
            let address = free_address();
            let mut server = Self { address, child: command(address).spawn().expect("the server is installed") };
            if server.is_ready() {
                return server;
            }
        }
        panic!("a server did not start; its log: {:?}", command(free_address()).stderr(Stdio::piped()).output());
    }

    /// Whether it answers; `false` once it has ended.
    fn is_ready(&mut self) -> bool {
        // ". SOA", recursion not desired.
        let question = [0x1d, 0x0c, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1];
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) && self.child.try_wait().unwrap().is_none() {
            let sent = socket.send_to(&question, self.address);
            let mut answer = [0; 512];
            if sent.is_ok() && socket.recv_from(&mut answer).is_ok_and(|(length, _)| length > 2) {
                return true;
            }
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // nsd takes its own children with it when it is asked to end, but not when it is killed.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(5) && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address on loopback that is free for UDP and TCP now.
fn free_address() -> SocketAddr {
    loop {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = tcp.local_addr().unwrap();
        if UdpSocket::bind(address).is_ok() {
            return address;
        }
    }
}

/// A directory of its own, removed when dropped; other users may read it, since `rbldnsd` gives
/// up root.
struct Directory {
    path: PathBuf,
}

impl Directory {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("deliverability-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self { path }
    }

    fn log(&self) -> String {
        let read = |name| fs::read_to_string(self.path.join(name)).unwrap_or_default();
        read("nsd.log") + &read("rbldnsd.log")
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
